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

    /// <summary>What helped must not forbid a later step, and what has not helped yet must.</summary>
    [Theory]
    [InlineData(0, false, 0.5, null, null)]
    [InlineData(0, true, 0.5, 100.0, null)]
    [InlineData(60, false, 0.5, 100.0, null)]
    [InlineData(0, false, 0.99, null, 0.95)]
    [InlineData(60, false, 0.99, 100.0, 0.95)]
    public void Add_SettledAfterAStep_ForgetsWhatItHelpedAgainst(int age, bool isAtLeast, double memory, double? rate, double? fullest)
    {
        _history.Add(new ScalingStep(Now, 1, 2, 100, 0.95));
        Assert.Equal((100, 0.95), Read(1, 1, 0, 0.5));
        for (var second = 2; second < 5; second++)
            Assert.Equal((100, 0.95), Read(second, 2, 0, 0.5));

        Assert.Equal((rate, fullest), Read(5, 2, age, memory));
        Assert.Equal((rate, fullest), Read(6, 2, 60, 0.99));

        (double? Rate, double? Memory) Read(int second, int members, int waits, double full)
        {
            var at = Now.AddSeconds(second);
            var reading = GroupReading.Create(
                at,
                [new TopicLogEnds("t", [100])],
                [
                    .. Enumerable.Range(0, members).Select(i => new Member
                    {
                        MemberId = $"m{i}",
                        ReportedAt = at.ToUnixTimeMilliseconds(),
                        MemoryBytes = (long)(full * 1000),
                        MemoryLimitBytes = 1000,
                        Topics = { new MemberTopic { Topic = "t", Partitions = { 0 }, NextOffsets = { 90 } } },
                    }),
                ],
                TimeSpan.FromSeconds(10));
            var aged = reading.Topics[0] with { Partitions = [reading.Topics[0].Partitions[0] with { OldestAge = TimeSpan.FromSeconds(waits), IsAgeAtLeast = isAtLeast }] };
            var step = Assert.Single(_history.Add(reading with { Topics = [aged] }, new ScaleSignal(2, members, 1, 8)).Steps);
            return (step.ProcessedRate, step.FullestMemory);
        }
    }

    private static double? RateOf(ScalingSnapshot snapshot) => Assert.Single(snapshot.Partitions).ArrivalRate;

    /// <summary>Adds a reading at a second, of a log that has got a hundred records in each second of the load.</summary>
    private ScalingSnapshot Add(int second, int load) =>
        _history.Add(GroupReading.Create(Now.AddSeconds(second), [new TopicLogEnds("t", [1 + (100L * load)])], [], TimeSpan.FromSeconds(10)), null);
}
