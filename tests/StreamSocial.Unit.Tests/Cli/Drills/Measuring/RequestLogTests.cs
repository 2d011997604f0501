using StreamSocial.Cli.Clients;
using StreamSocial.Cli.Drills.Measuring;

namespace StreamSocial.Unit.Tests.Cli.Drills.Measuring;

public sealed class RequestLogTests
{
    private readonly RequestLog _log = new();

    [Fact]
    public void Read_RepeatsAndAnswers_AreCountedByReasonAndAreNoErrors()
    {
        _log.AddRepeat("503");
        _log.AddRepeat("connection refused");
        _log.AddRepeat("503");
        _log.AddAnswer(TimeSpan.FromSeconds(3));
        _log.AddAnswer(TimeSpan.FromSeconds(1));
        var figures = _log.Read();
        Assert.Equal((2, 3, 0), (figures.Answered, figures.Repeats, figures.Errors));
        Assert.Equal(2, figures.RepeatsByReason["503"]);
        Assert.Equal(TimeSpan.FromSeconds(3), figures.LongestWait);
        Assert.True(figures.AreClean);
    }

    [Fact]
    public void AreClean_AnErrorOrAWaitBeyondPatienceOrNoAnswer_AreNot()
    {
        Assert.False(_log.Read().AreClean);
        _log.AddAnswer(ClientRules.RepeatFor);
        Assert.True(_log.Read().AreClean);
        _log.AddError("it was answered 500");
        Assert.False(_log.Read().AreClean);
        Assert.Equal(["it was answered 500"], _log.Read().Examples);

        var slow = new RequestLog();
        slow.AddAnswer(ClientRules.RepeatFor + TimeSpan.FromTicks(1));
        Assert.False(slow.Read().AreClean);
    }
}
