using System.Collections.Immutable;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Unit.Tests.Scaling.Policies;

public sealed class ClosedLoopTests
{
    private const int SpikeStarts = 60;
    private const int SpikeEnds = 240;
    private const int Quiet = 100;

    private readonly ScalingOptions _options = new() { Maximum = 64, StabilisationWindow = TimeSpan.FromSeconds(30), MaxStepFactor = 64 };

    [Fact]
    public void Decide_HundredfoldSpike_FollowsItOutInOneStepAndBack()
    {
        var (sizes, backlogs, group) = Run(second => second is >= SpikeStarts and < SpikeEnds ? Quiet * 100 : Quiet, seconds: 1200);

        var path = Path(sizes);
        // 10,000 a second need ceil(10,000 ÷ (1000 × 0.7)) = 15, and the backlog that grew meanwhile some more for a while.
        var outward = sizes.TakeWhile(size => size.Second < SpikeEnds && size.Replicas > 1).ToList();
        Assert.True(outward.Count(size => size.Replicas >= 15) >= 1 && outward[0].Replicas is >= 15 and <= 30, $"out in one step: {path}");
        Assert.True(outward[0].Second <= SpikeStarts + 10, $"soon after the target was broken: {path}");
        Assert.True(backlogs[SpikeStarts + 60] < 10_000, $"caught up a minute into the spike, but {backlogs[SpikeStarts + 60]} wait: {path}");
        Assert.All(sizes.Where(size => size.Second > outward[0].Second), size => Assert.True(size.Replicas < outward[0].Replicas, $"never out again: {path}"));
        Assert.All(outward, size => Assert.True(size.Replicas >= 15, $"enough during the spike: {path}"));
        Assert.Equal(1, group.Running);
        Assert.True(backlogs[^1] <= Quiet, $"nothing waits at the end, but {backlogs[^1]} do: {path}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(650)]
    [InlineData(2_000)]
    public void Decide_ConstantLoad_SettlesAndStays(int arrivals)
    {
        var (sizes, _, _) = Run(_ => arrivals, seconds: 600);

        Assert.True(sizes.Count <= 2 && sizes.All(size => size.Second < 300), Path(sizes));
    }

    [Fact]
    public void Decide_TrickleAfterASpike_ReturnsToTheMinimumWithinTheWindow()
    {
        // One record every ten seconds: too little to measure a cost anew.
        var (sizes, _, group) = Run(second => second is >= 30 and < 60 ? 3000 : second % 10 == 0 ? 1 : 0, seconds: 300);

        Assert.Equal(1, group.Running);
        Assert.True(sizes[^1] is { Replicas: 1, Second: < 60 + 60 + 30 }, Path(sizes));
    }

    [Fact]
    public void Decide_TrickleFromTheStart_GoesInOnceItsCostIsKnown()
    {
        // One record every five seconds, a millisecond each: 100 of them take 500 s.
        var (sizes, _, group) = Run(second => second % 5 == 0 ? 1 : 0, seconds: 600, replicas: 8);

        Assert.Equal(1, group.Running);
        Assert.True(sizes is [{ Replicas: 1, Second: > 500 }], Path(sizes));
    }

    [Fact]
    public void Decide_SomeReplicasCannotStart_GoesInAfterTheSpikeAllTheSame()
    {
        var (sizes, _, group) = Run(second => second is >= SpikeStarts and < SpikeEnds ? Quiet * 100 : Quiet, seconds: 600, startable: 12);

        Assert.True(sizes[0].Replicas > 12, Path(sizes));
        Assert.Equal((1, 1), (group.Scale.Desired, group.Running));
    }

    private (List<(int Second, int Replicas)> Sizes, List<long> Backlogs, SimulatedGroup Group) Run(Func<int, int> arrivals, int seconds, int replicas = 1, int startable = int.MaxValue)
    {
        var policy = new FreshnessPolicy();
        var group = new SimulatedGroup(recordsPerReplica: 1000, partitions: 60, replicas: replicas, startable: startable);
        var history = new SignalHistory(_options, ImmutableDictionary<string, ImmutableArray<string>>.Empty);
        var (sizes, backlogs) = (new List<(int, int)>(), new List<long>());
        while (group.Second < seconds)
        {
            var reading = group.Advance(arrivals(group.Second));
            var decision = policy.Decide(history.Add(reading, group.Scale), _options, group.Now);
            history.Add(decision, group.Now);
            if (decision.Acts)
            {
                group.Apply(decision.Desired!.Value);
                sizes.Add((group.Second, decision.Desired.Value));
            }
            backlogs.Add(group.Backlog);
        }
        return (sizes, backlogs, group);
    }

    private static string Path(IEnumerable<(int Second, int Replicas)> sizes) => string.Join(' ', sizes.Select(size => $"{size.Second}s:{size.Replicas}"));
}
