using System.Collections.Immutable;
using StreamSocial.Kafka.Lag;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Signals;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Scaling.Signals;

public sealed class SignalHistoryTests
{
    private static readonly DateTimeOffset Now = Snapshots.Now;

    private readonly SignalHistory _history = new(new ScalingOptions { RateWindow = TimeSpan.FromSeconds(3) }, ImmutableDictionary<string, ImmutableArray<string>>.Empty);

    /// <summary>Rates are known again with the second reading, and what was before is no measure of time.</summary>
    [Theory]
    [InlineData(3600)]
    [InlineData(2)]
    public void Add_ClockWasSetBack_BeginsAnew(int seconds)
    {
        for (var second = 0; second < 10; second++)
            Assert.Equal(second == 0 ? null : 100, RateOf(Add(second, second)));
        _history.Add(new ScalingStep(Now.AddSeconds(9), 1, 2, null));

        Assert.Null(RateOf(Add(10 - seconds, 10)));
        var snapshot = Add(11 - seconds, 11);

        Assert.Equal(100, RateOf(snapshot));
        Assert.Empty(snapshot.Steps);
    }

    private static double? RateOf(ScalingSnapshot snapshot) => Assert.Single(snapshot.Partitions).ArrivalRate;

    /// <summary>Adds a reading at a second, of a log that has got a hundred records in each second of the load.</summary>
    private ScalingSnapshot Add(int second, int load) =>
        _history.Add(GroupReading.Create(Now.AddSeconds(second), [new TopicLogEnds("t", [1 + (100L * load)])], [], TimeSpan.FromSeconds(10)), null);
}
