using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Unit.Tests.Kafka.Producing;

/// <summary>For how long a sender gathers entries.</summary>
public sealed class AdaptiveLingerTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(80);

    private readonly ProducerPoolOptions _options = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Remaining_NothingSentYet_IsDue()
    {
        var linger = new AdaptiveLinger(_options, _time);
        linger.Adapt(RoundTrip, entriesPerBatch: 1);

        Assert.Equal(TimeSpan.Zero, linger.Remaining(isQuiet: false, lateness: TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Remaining_RecordsAreUnderWay_CountsFromTheLastSend()
    {
        var linger = Sent(RoundTrip, entriesPerBatch: 1);

        _time.Advance(TimeSpan.FromMilliseconds(30));

        Assert.Equal(TimeSpan.FromMilliseconds(50), linger.Remaining(isQuiet: false));
    }

    [Fact]
    public void Remaining_LittleIsUnderWay_IsDue() => Assert.Equal(TimeSpan.Zero, Sent(RoundTrip, entriesPerBatch: 1).Remaining(isQuiet: true));

    /// <summary>An eighth of the lateness, within its own bound, however little is under way.</summary>
    [Theory]
    [InlineData(true, 800, 100)]
    [InlineData(false, 800, 100)]
    [InlineData(false, 80, 80)]
    [InlineData(true, 60_000, 5_000)]
    public void Remaining_LateInput_GathersAPartOfTheLateness(bool isQuiet, int latenessMs, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), Sent(RoundTrip, entriesPerBatch: 1).Remaining(isQuiet, TimeSpan.FromMilliseconds(latenessMs)));

    [Fact]
    public void Remaining_LateInput_CountsFromTheLastSend()
    {
        var linger = Sent(RoundTrip, entriesPerBatch: 1);

        _time.Advance(TimeSpan.FromMilliseconds(30));

        Assert.Equal(TimeSpan.FromMilliseconds(70), linger.Remaining(isQuiet: false, TimeSpan.FromMilliseconds(800)));
    }

    [Fact]
    public void Restart_AnotherSend_CountsAnew()
    {
        var linger = Sent(RoundTrip, entriesPerBatch: 1);
        _time.Advance(RoundTrip);

        linger.Restart();

        Assert.Equal(RoundTrip, linger.Remaining(isQuiet: false));
    }

    [Fact]
    public void WaitAsync_BecomesQuiet_IsDueWithTheNextLook()
    {
        var isQuiet = false;
        var wait = Sent(RoundTrip, entriesPerBatch: 1).WaitAsync(() => isQuiet, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.False(wait.IsCompleted);

        isQuiet = true;
        _time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.True(wait.IsCompletedSuccessfully);
    }

    [Fact]
    public void WaitAsync_NeverQuiet_TakesTheRoundTrip()
    {
        var wait = Sent(RoundTrip, entriesPerBatch: 1).WaitAsync(() => false, TestContext.Current.CancellationToken);

        for (var look = 1; look <= 8; look++)
        {
            Assert.False(wait.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.True(wait.IsCompletedSuccessfully);
    }

    /// <summary>A timer takes whole milliseconds only: a wait for less would look again and again without one.</summary>
    [Fact]
    public void WaitAsync_LessThanATimersStep_IsDue()
    {
        var looks = 0;
        var linger = Sent(TimeSpan.FromMilliseconds(10.5), entriesPerBatch: 1);
        _time.Advance(TimeSpan.FromMilliseconds(10));

        var wait = linger.WaitAsync(() => ++looks > 100, TestContext.Current.CancellationToken);

        Assert.True(wait.IsCompletedSuccessfully);
        Assert.Equal(1, looks);
    }

    [Theory]
    [InlineData(80, 1, 80)]
    [InlineData(80, 199, 80)]
    [InlineData(80, 200, 2)]
    [InlineData(1, 1, 2)]
    [InlineData(400, 1, 250)]
    public void Adapt_RoundTripAndFilling_GiveTheTimeWithinBounds(int roundTripMs, double entriesPerBatch, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), Sent(TimeSpan.FromMilliseconds(roundTripMs), entriesPerBatch).Current);

    /// <summary>The shortest time is never undercut, whatever the longest is set to.</summary>
    [Theory]
    [InlineData(80)]
    [InlineData(500)]
    [InlineData(700)]
    public void Adapt_LongestIsShorterThanShortest_GathersShortest(int roundTripMs)
    {
        _options.MinLinger = TimeSpan.FromMilliseconds(500);
        _options.MaxLinger = TimeSpan.FromMilliseconds(100);

        Assert.Equal(_options.MinLinger, Sent(TimeSpan.FromMilliseconds(roundTripMs), entriesPerBatch: 1).Current);
    }

    [Fact]
    public void Adapt_NothingAcknowledgedYet_GathersShortest() => Assert.Equal(_options.MinLinger, Sent(roundTrip: null, entriesPerBatch: 1).Current);

    private AdaptiveLinger Sent(TimeSpan? roundTrip, double entriesPerBatch)
    {
        var linger = new AdaptiveLinger(_options, _time);
        linger.Restart();
        linger.Adapt(roundTrip, entriesPerBatch);
        return linger;
    }
}
