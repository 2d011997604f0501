using System.Net;
using StreamSocial.Cli.Drills.Measuring;

namespace StreamSocial.Unit.Tests.Cli.Drills.Measuring;

public sealed class RequestLogTests
{
    private readonly RequestLog _log = new();

    [Theory]
    [InlineData(200, null, nameof(VerdictKind.Answer))]
    [InlineData(202, null, nameof(VerdictKind.Answer))]
    [InlineData(503, 1, nameof(VerdictKind.Repeat))]
    [InlineData(429, 2, nameof(VerdictKind.Repeat))]
    [InlineData(503, null, nameof(VerdictKind.Error))]
    [InlineData(429, null, nameof(VerdictKind.Error))]
    [InlineData(204, 1, nameof(VerdictKind.Answer))]
    [InlineData(307, null, nameof(VerdictKind.Error))]
    [InlineData(404, 1, nameof(VerdictKind.Error))]
    [InlineData(421, null, nameof(VerdictKind.Error))]
    [InlineData(500, 1, nameof(VerdictKind.Error))]
    [InlineData(502, null, nameof(VerdictKind.Error))]
    public void Judge_Answer_IsRepeatedOnlyIfItSaysWhen(int status, int? retryAfterSeconds, string expected)
    {
        var after = retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : default(TimeSpan?);
        var verdict = ClientRules.Judge((HttpStatusCode)status, after);
        Assert.Equal(expected, $"{verdict.Kind}");
        if (verdict.Kind == VerdictKind.Repeat)
            Assert.Equal(after, verdict.After);
    }

    [Fact]
    public void IsConnectionLost_WhenTheClientItselfEnds_IsNot()
    {
        Assert.True(ClientRules.IsConnectionLost(new HttpRequestException(), CancellationToken.None));
        Assert.True(ClientRules.IsConnectionLost(new IOException(), CancellationToken.None));
        Assert.True(ClientRules.IsConnectionLost(new OperationCanceledException(), CancellationToken.None));
        Assert.False(ClientRules.IsConnectionLost(new InvalidOperationException(), CancellationToken.None));
        Assert.False(ClientRules.IsConnectionLost(new OperationCanceledException(), new CancellationToken(canceled: true)));
    }

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
