using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Unit.Tests.Scaling.Policies;

public sealed class KedaPolicyTests
{
    private readonly ScalingOptions _options = new() { Maximum = 8 };

    [Fact]
    public void Decide_NothingWaitsForLong_GoesIn()
    {
        var idle = Snapshots.Settled(4, 0, 0, 1000) with { Recommendations = Snapshots.Window(300, 1) };

        Assert.Equal((ScalingVerdict.ScaleIn, 1), Decide(idle));
    }

    [Fact]
    public void Decide_MinimumIsAboveWhatTheOrchestratorAllows_AsksForWhatItAllows()
    {
        (_options.Minimum, _options.Maximum) = (5, 8);
        var idle = Snapshots.Settled(2, 0, 0, 1000);

        Assert.Equal((ScalingVerdict.ScaleOut, 3), Decide(idle with { Scale = idle.Scale! with { Maximum = 3 } }));
    }

    [Fact]
    public void Decide_NoLagIsKnown_Holds()
    {
        var unknown = Snapshots.Settled(4, 0, 0, 1000).WithoutLoad() with { Recommendations = Snapshots.Window(300, 1) };

        Assert.Equal((ScalingVerdict.Hold, 4), Decide(unknown));
        Assert.Equal((ScalingVerdict.Hold, 4), Decide(unknown with { Partitions = [.. unknown.Partitions.Select(partition => partition with { ArrivalRate = 10 })] }));
    }

    [Fact]
    public void Decide_APartOfTheLagIsUnknown_GoesOutAndNotIn()
    {
        var idle = Snapshots.Settled(4, 0, 0, 1000) with { Recommendations = Snapshots.Window(300, 1) };
        var unknown = idle.WithoutLoad();

        var decision = new KedaPolicy().Decide(unknown.WithFirstPartition(partition => partition with { LagRecords = 0 }), _options, Snapshots.Now);

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.UnknownSignals, 4), (decision.Verdict, decision.Cause, decision.Desired!.Value));
        Assert.Equal((ScalingVerdict.Hold, 4), Decide(idle with { UnreadTopics = ["other"] }));
        Assert.Equal((ScalingVerdict.ScaleOut, 8), Decide(unknown.WithFirstPartition(partition => partition with { LagRecords = 8L * _options.LagThreshold })));
    }

    private (ScalingVerdict, int?) Decide(ScalingSnapshot snapshot)
    {
        var decision = new KedaPolicy().Decide(snapshot, _options, Snapshots.Now);
        return (decision.Verdict, decision.Desired);
    }
}
