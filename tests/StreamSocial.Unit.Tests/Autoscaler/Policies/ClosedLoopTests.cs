using StreamSocial.Autoscaler;
using StreamSocial.Autoscaler.Policies;
using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Unit.Tests.Autoscaler.Policies;

public sealed class ClosedLoopTests
{
    private const int SpikeStarts = 60;
    private const int SpikeEnds = 240;
    private const int Quiet = 100;

    private readonly AutoscalerOptions _options = new() { Maximum = 64, StabilisationWindow = TimeSpan.FromSeconds(30) };

    [Fact]
    public void Decide_HundredfoldSpike_FollowsItOutInFewStepsAndBackOneByOne()
    {
        var policy = new LagAndRatePolicy();
        var group = new SimulatedGroup(recordsPerReplica: 1000, partitions: 60);
        var history = new SignalHistory(_options);
        var sizes = new List<(int Second, int Replicas)>();
        var backlogs = new List<long>();

        while (group.Second < 1200)
        {
            var isSpike = group.Second is >= SpikeStarts and < SpikeEnds;
            var reading = group.Advance(isSpike ? Quiet * 100 : Quiet);
            var decision = policy.Decide(history.Add(reading, group.Scale), _options, group.Now);
            history.Add(decision, group.Now);
            if (decision.Acts)
            {
                group.Apply(decision.Desired!.Value);
                sizes.Add((group.Second, decision.Desired.Value));
            }
            backlogs.Add(group.Backlog);
        }

        var path = string.Join(' ', sizes.Select(size => $"{size.Second}s:{size.Replicas}"));
        var largest = sizes.Max(size => size.Replicas);
        var outward = sizes.TakeWhile(size => size.Replicas < largest).Append(sizes.First(size => size.Replicas == largest)).ToList();
        var inward = sizes.Skip(outward.Count).ToList();
        Assert.True(outward.Count <= 3 && outward.SequenceEqual(sizes.Take(outward.Count)), $"out in few steps: {path}");
        // 10,000 a second need ceil(10,000 / (1000 × 0.7)) = 15, and the backlog that grew meanwhile some more for a while.
        Assert.InRange(largest, 15, 30);
        Assert.True(backlogs[SpikeStarts + 60] < 10_000, $"caught up a minute into the spike, but {backlogs[SpikeStarts + 60]} wait: {path}");
        Assert.All(inward.Where(size => size.Second < SpikeEnds), size => Assert.InRange(size.Replicas, 15, largest));
        Assert.True(inward.Select(size => size.Replicas).SequenceEqual(Enumerable.Range(1, largest - 1).Reverse()), $"in one by one, never out again: {path}");
        Assert.Equal(1, group.Running);
        Assert.True(backlogs[^1] <= Quiet, $"nothing waits at the end, but {backlogs[^1]} do: {path}");
    }
}
