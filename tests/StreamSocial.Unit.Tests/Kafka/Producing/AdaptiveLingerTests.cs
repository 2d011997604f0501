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

    [Theory]
    [InlineData(80, 1, 80)]
    [InlineData(80, 199, 80)]
    [InlineData(80, 200, 2)]
    [InlineData(1, 1, 2)]
    [InlineData(400, 1, 250)]
    public void Adapt_RoundTripAndFilling_GiveTheTimeWithinBounds(int roundTripMs, double entriesPerBatch, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), Sent(TimeSpan.FromMilliseconds(roundTripMs), entriesPerBatch).Current);

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
