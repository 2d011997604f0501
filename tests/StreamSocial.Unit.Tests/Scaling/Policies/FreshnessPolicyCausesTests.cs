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

    [Fact]
    public void Decide_StageWaitsUntilItsOutputsAreTaken_AddsReplicasThatTakeThem()
    {
        var waiting = Snapshots.Settled(1, 4000, 0, 1000, Late, partitions: 10);

        var decision = Decide(waiting with { Partitions = [.. waiting.Partitions.Select(partition => partition with { Cause = DelayCause.SlowDownstream })] });

        Assert.Equal((ScalingVerdict.ScaleOut, 5), (decision.Verdict, decision.Desired));
    }

    [Theory]
    [InlineData(10, ScalingVerdict.ScaleOut, DecisionCause.Memory)]
    [InlineData(9, ScalingVerdict.Hold, DecisionCause.OnTarget)] // garbage passes
    public void Decide_FullestReplicaHoldsTooMuchMemoryForLong_SpreadsTheStatesOverMore(int seconds, ScalingVerdict verdict, DecisionCause cause)
    {
        var decision = Decide(Full(Snapshots.Settled(2, 10, 0, 1000), stateShare: 1, 0.9, 1.1) with { Recommendations = Snapshots.Window(seconds, 3) });

        Assert.Equal((verdict, cause), Kind(decision));
        Assert.Equal(3, decision.Recommended);
        Assert.Equal(1.1, decision.Terms["memory.fullest_ratio"]);
    }

    [Fact]
    public void Decide_MemoryIsFullOfWhatIsNoState_AddsNone()
    {
        var decision = Decide(Full(Snapshots.Settled(1, 10, 0, 1000), stateShare: 0.02, 0.9) with { Recommendations = Snapshots.Window(10, 2) });

        Assert.Equal(ScalingVerdict.Hold, decision.Verdict);
    }

    [Fact]
    public void Decide_LastStepDidNotLowerTheMemory_SaysSoInsteadOfAddingMore()
    {
        var full = Full(Snapshots.Settled(2, 10, 0, 1000), stateShare: 1, 0.9, 0.9);
        var step = new ScalingStep(Snapshots.Now.AddMinutes(-1), 1, 2, null, FullestMemory: 0.9);

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.NoGain), Kind(Decide(full with { Steps = [step], Recommendations = Snapshots.Window(10, 3) })));
        Assert.Equal(ScalingVerdict.ScaleOut, Decide(full with { Steps = [step with { FullestMemory = 1.5 }], Recommendations = Snapshots.Window(10, 3) }).Verdict);
    }

    /// <summary>The fourth never ran, so the step to it shows nothing of what more would do.</summary>
    [Fact]
    public void Decide_ReplicaOfTheLastStepDoesNotRun_IsNoStepThatDidNotLowerTheMemory()
    {
        var full = Missing(1.1, 1.1, 1.1) with { Steps = [new ScalingStep(Snapshots.Now.AddSeconds(-61), 3, 4, null, FullestMemory: 0.9)], Recommendations = Snapshots.Window(10, 5) };

        var decision = Decide(full);

        Assert.Equal((ScalingVerdict.ScaleOut, DecisionCause.Memory), Kind(decision));
        Assert.EndsWith("(target 80 %); only 3 run.", decision.Reason, StringComparison.Ordinal);
        Assert.Equal((ScalingVerdict.Hold, DecisionCause.NoGain), Kind(Decide(Full(Snapshots.Settled(4, 10, 0, 1000), stateShare: 1, 1.1, 1.1, 1.1, 1.1) with { Steps = full.Steps })));
    }

    /// <summary>Four would have room, but the three that run have none.</summary>
    [Fact]
    public void Decide_ReplicaThatWouldHaveRoomDoesNotRun_AddsAnother()
    {
        var full = Missing(0.9, 0.9, 0.9);

        var decision = Decide(full with { Recommendations = Snapshots.Window(10, 5) });

        Assert.Equal((ScalingVerdict.ScaleOut, 5), (decision.Verdict, decision.Desired));
        Assert.Contains("but not for 10 s yet", Decide(full).Reason, StringComparison.Ordinal);
    }

    /// <summary>Four would have room, but who knows which of five do not run.</summary>
    [Fact]
    public void Decide_ReplicasDoNotRunAndNoMoreAreAllowed_GoesNotIn()
    {
        var full = Missing(0.9, 0.9, 0.9) with { Scale = new ScaleSignal(5, 3, 1, 5), Recommendations = Snapshots.Window(70, 4) };

        var decision = Decide(full);

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.OnTarget), Kind(decision));
        Assert.Equal("5 replicas are what the load needs; only 3 run.", decision.Reason);
    }

    [Fact]
    public void Decide_ReplicaDoesNotRunAndTheOthersHaveRoom_AddsNone() =>
        Assert.Equal((ScalingVerdict.Hold, DecisionCause.Stabilising), Kind(Decide(Missing(0.7, 0.7, 0.7) with { Recommendations = Snapshots.Window(10, 5) })));

    [Fact]
    public void Decide_LittleLoadButMuchState_GoesInNoFurtherThanTheMemoryAllows()
    {
        var decision = Decide(Full(Snapshots.Settled(4, 10, 0, 1000), stateShare: 1, 0.5, 0.5, 0.5, 0.5) with { Recommendations = Snapshots.Window(70, 3) });

        Assert.Equal((ScalingVerdict.ScaleIn, 3), (decision.Verdict, decision.Desired));
    }

    [Fact]
    public void Decide_ForecastRises_MakesNoPartitionHot()
    {
        var snapshot = Snapshots.Settled(2, 100, 0, 1000, Late).WithFirstPartition(partition => partition with { ArrivalRate = 400, LagRecords = 5_000 });

        Assert.NotEqual(DecisionCause.HotPartition, Decide(snapshot with { ForecastRise = 10 }).Cause);
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

    /// <summary>Three of four replicas, whose memory is state; the fourth has not started for longer than the group is waited for.</summary>
    private ScalingSnapshot Missing(params double[] ratios) => Full(Snapshots.Settled(3, 10, 0, 1000), stateShare: 1, ratios) with
    {
        Scale = new ScaleSignal(4, 3, 1, 8),
        UnsettledSince = Snapshots.Now - _options.SettleTimeout - TimeSpan.FromSeconds(1),
    };

    /// <param name="snapshot">The group.</param>
    /// <param name="stateShare">How much of the memory is state, with its objects.</param>
    /// <param name="ratios">By member: memory as a share of what it may hold.</param>
    private static ScalingSnapshot Full(ScalingSnapshot snapshot, double stateShare, params double[] ratios) =>
        snapshot with { Members = [.. snapshot.Members!.Value.Zip(ratios, (member, ratio) => member with { MemoryRatio = ratio, StateRatio = ratio * stateShare / 4 })] };
}
