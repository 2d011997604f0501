using System.Collections.Immutable;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Unit.Tests.Scaling.Policies;

/// <summary>What replicas are the remedy for, besides late records of a loaded group.</summary>
public sealed class FreshnessPolicyCausesTests : FreshnessPolicyTestBase
{
    [Theory]
    [InlineData(DelayCause.FailedTask)]
    [InlineData(DelayCause.Poison)]
    [InlineData(DelayCause.NoOwner)]
    [InlineData(DelayCause.SlowDownstream)]
    public void Decide_OnePartitionWaitsForSomethingElse_AddsNoReplicasAndSaysForWhat(DelayCause cause)
    {
        // A million records wait in it, which no thread could process in time.
        var decision = Decide(Snapshots.Settled(1, 100, 0, 1000)
            .WithFirstPartition(partition => partition with { LagRecords = 1_000_000, OldestAge = TimeSpan.FromSeconds(50), Cause = cause }));

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.NotReplicas), Kind(decision));
        Assert.Contains($"partition 0 has waited 50 s ({cause.Title()}). {cause.Remedy()}", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_AllAreLateAndOneHasFailed_AddsThemForTheOthers()
    {
        var decision = Decide(Snapshots.Settled(1, 4000, 0, 1000, Late)
            .WithFirstPartition(partition => partition with { LagRecords = 1_000_000, OldestAge = TimeSpan.FromSeconds(50), Cause = DelayCause.FailedTask }));

        Assert.Equal((ScalingVerdict.ScaleOut, 5), (decision.Verdict, decision.Desired));
    }

    [Theory]
    [InlineData(DelayCause.TooFewReplicas, ScalingVerdict.ScaleOut)]
    [InlineData(DelayCause.None, ScalingVerdict.Hold)]
    public void Decide_StageWaitsForALaterOneOfTheGroup_TheLaterOnesLoadCounts(DelayCause later, ScalingVerdict expected)
    {
        var waiting = Snapshots.Settled(1, 4000, 0, 1000, Late, partitions: 10);
        var decision = Decide(waiting with
        {
            Partitions =
            [
                .. waiting.Partitions.Select(partition => partition with { Cause = DelayCause.SlowDownstream }),
                .. Enumerable.Range(0, 10).Select(partition => new PartitionSignal("feed-updates", partition, 0, 1, 1, TimeSpan.Zero, Cause: later)),
            ],
            Costs = waiting.Costs.Add("feed-updates", new StageCostSignal(0.001, Snapshots.Now)),
            Upstream = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("feed-updates", [Snapshots.Topic]),
        });

        Assert.Equal(expected, decision.Verdict);
    }

    [Fact]
    public void Decide_FullestReplicaHoldsTooMuchMemory_SpreadsTheStatesOverMore()
    {
        var decision = Decide(Full(Snapshots.Settled(2, 10, 0, 1000), 0.9, 1.1));

        Assert.Equal((ScalingVerdict.ScaleOut, DecisionCause.Memory, 3), (decision.Verdict, decision.Cause, decision.Desired));
        Assert.Equal(1.1, decision.Terms["memory.fullest_ratio"]);
    }

    [Fact]
    public void Decide_LittleLoadButMuchMemory_GoesInNoFurtherThanTheMemoryAllows()
    {
        var decision = Decide(Full(Snapshots.Settled(4, 10, 0, 1000), 0.5, 0.5, 0.5, 0.5) with { Recommendations = Snapshots.Window(70, 3) });

        Assert.Equal((ScalingVerdict.ScaleIn, 3), (decision.Verdict, decision.Desired));
    }

    [Theory]
    [InlineData(3.0, ScalingVerdict.ScaleOut)]
    [InlineData(1.0, ScalingVerdict.Hold)]
    [InlineData(null, ScalingVerdict.Hold)]
    public void Decide_ForecastRises_GoesOutBeforeTheRiseComes(double? rise, ScalingVerdict expected)
    {
        var decision = Decide(Snapshots.Settled(1, 700, 0, 1000) with { ForecastRise = rise, Recommendations = Snapshots.Window(10, 3) });

        Assert.Equal((expected, expected == ScalingVerdict.Hold ? 1 : 3), (decision.Verdict, decision.Desired));
        Assert.Equal(rise > 1, decision.Reason.Contains("3.0 times what arrives now being expected", StringComparison.Ordinal));
    }

    private static ScalingSnapshot Full(ScalingSnapshot snapshot, params double[] ratios) =>
        snapshot with { Members = [.. snapshot.Members!.Value.Zip(ratios, (member, ratio) => member with { MemoryRatio = ratio })] };
}
