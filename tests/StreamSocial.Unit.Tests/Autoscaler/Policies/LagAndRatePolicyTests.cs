using StreamSocial.Autoscaler;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Policies;
using StreamSocial.Autoscaler.Signals;
using StreamSocial.Events;

namespace StreamSocial.Unit.Tests.Autoscaler.Policies;

public sealed class LagAndRatePolicyTests
{
    private readonly LagAndRatePolicy _policy = new();
    private readonly AutoscalerOptions _options = new()
    {
        Maximum = 8,
        TargetUtilisation = 0.8,
        CatchUpTarget = TimeSpan.FromSeconds(30),
        StabilisationWindow = TimeSpan.FromSeconds(60),
    };

    [Theory]
    // replicas, arrival/s, backlog, true rate, expected
    [InlineData(1, 0, 0, 1000, 1)]
    [InlineData(1, 800, 0, 1000, 1)] // 800 / (1000 × 0.8) is exactly one
    [InlineData(1, 801, 0, 1000, 2)]
    [InlineData(1, 800, 30, 1000, 2)] // one record a second for the backlog tips it
    [InlineData(1, 800, 48_000, 1000, 3)] // 48,000 in 30 s need two more
    [InlineData(2, 4000, 0, 1000, 5)] // one step, however far
    [InlineData(1, 100_000, 0, 1000, 8)] // as far as is allowed
    [InlineData(3, 2000, 0, 1000, 3)]
    public void Decide_SettledGroup_GoesToWhatTheLoadNeedsInOneStep(int replicas, double arrival, long backlog, double trueRate, int expected)
    {
        var decision = Decide(Snapshots.Settled(replicas, arrival, backlog, trueRate));

        Assert.Equal(expected, decision.Desired);
        Assert.Equal(expected > replicas ? ScalingVerdict.ScaleOut : ScalingVerdict.Hold, decision.Verdict);
        Assert.Empty(decision.Unknown);
    }

    [Theory]
    [InlineData(8, 100, 8)] // the options
    [InlineData(3, 100, 3)] // the orchestrator
    [InlineData(8, 2, 2)] // the partitions
    public void Decide_MoreNeededThanAllowed_StopsAtTheTightestBound(int orchestratorMaximum, int partitions, int expected)
    {
        var decision = Decide(Snapshots.Settled(1, 1e6, 0, 1000, partitions, maximum: orchestratorMaximum));

        Assert.Equal(expected, decision.Desired);
    }

    [Fact]
    public void Decide_AtMaximumAndMoreNeeded_HoldsAndSaysSo()
    {
        var decision = Decide(Snapshots.Settled(8, 1e6, 0, 1000));

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.AtMaximum, 8), (decision.Verdict, decision.Cause, decision.Desired));
    }

    [Theory]
    [InlineData("scale", nameof(DecisionCause.UnknownSignals))]
    [InlineData("members", nameof(DecisionCause.UnknownSignals))]
    [InlineData("lag", nameof(DecisionCause.UnknownSignals))]
    [InlineData("arrival", nameof(DecisionCause.UnknownSignals))]
    [InlineData("topic", nameof(DecisionCause.UnknownSignals))]
    [InlineData("everything read is empty", nameof(DecisionCause.UnknownSignals))]
    [InlineData("true rate", nameof(DecisionCause.UnknownSignals))]
    [InlineData("member left", nameof(DecisionCause.Unsettled))]
    [InlineData("member joined", nameof(DecisionCause.Unsettled))]
    [InlineData("restoring", nameof(DecisionCause.Unsettled))]
    [InlineData("starting", nameof(DecisionCause.Unsettled))]
    [InlineData("stopping", nameof(DecisionCause.Unsettled))]
    public void Decide_UnknownOrUnsettled_Holds(string gap, string cause)
    {
        var known = Snapshots.Settled(2, 1e6, 1_000_000, 1000);
        var snapshot = gap switch
        {
            "scale" => known with { Scale = null },
            "members" => known with { Members = null },
            "lag" => known.WithFirstPartition(partition => partition with { LagRecords = null }),
            "arrival" => known.WithFirstPartition(partition => partition with { ArrivalRate = null }),
            "topic" => known with { UnreadTopics = ["feed-updates"] },
            "everything read is empty" => known with { Partitions = [] },
            "true rate" => Snapshots.Settled(2, 1e6, 1_000_000, null),
            "member left" => known with { Members = known.Members!.Value.RemoveAt(0) },
            "member joined" => known with { Members = known.Members!.Value.Add(new MemberSignal("new", 0, null, null)) },
            "restoring" => known.WithFirstPartition(partition => partition with { LagRecords = null, IsRestoring = true }),
            "starting" => known with { Scale = known.Scale! with { Desired = 3 }, MissingSince = Snapshots.Now },
            "stopping" => known with { Scale = known.Scale! with { Desired = 1 } },
            _ => throw new ArgumentOutOfRangeException(nameof(gap), gap, null),
        };

        var decision = Decide(snapshot);

        Assert.Equal((ScalingVerdict.Hold, cause), (decision.Verdict, decision.Cause.ToString()));
        Assert.Equal(snapshot.Scale?.Desired, decision.Desired);
        Assert.Null(decision.Recommended);
        Assert.NotEmpty(decision.Reason);
        if (cause == nameof(DecisionCause.UnknownSignals) && gap is not "everything read is empty" and not "true rate")
            Assert.NotEmpty(decision.Unknown);
    }

    [Fact]
    public void Decide_UnknownInput_IsNamedAndNotATerm()
    {
        var snapshot = Snapshots.Settled(1, 10, 0, 1000).WithFirstPartition(partition => partition with { LagRecords = null });

        var decision = Decide(snapshot);

        Assert.Equal(["lag of 1 partitions"], decision.Unknown);
        Assert.DoesNotContain("backlog.records", decision.Terms.Keys);
        Assert.Equal(10, decision.Terms["arrival.records_per_second"], 1e-9);
    }

    [Fact]
    public void Decide_NothingToDo_NeedsNoTrueRate() =>
        Assert.Equal(DecisionCause.OnTarget, Decide(Snapshots.Settled(1, 0, 0, null)).Cause);

    [Fact]
    public void Decide_OneMemberHasNoTrueRateYet_UsesTheOthers() =>
        Assert.Equal(5, Decide(Snapshots.Settled(2, 4000, 0, 1000, busyMembers: 1)).Desired);

    [Theory]
    [InlineData(60, 1, null, 3)] // fewer for the whole window: one goes
    [InlineData(59, 1, null, 4)] // not yet for long enough
    [InlineData(60, 1, 4, 4)] // a peak within the window
    [InlineData(60, 3, null, 3)]
    public void Decide_LessLoad_GoesInOneByOneAfterTheWindow(int seconds, int recommended, int? peak, int expected)
    {
        var snapshot = Snapshots.Settled(4, 100, 0, 1000) with { Recommendations = Snapshots.Window(seconds, recommended, peak) };

        Assert.Equal(expected, Decide(snapshot).Desired);
    }

    [Theory]
    [InlineData(0, 1, ScalingVerdict.ScaleOut)]
    [InlineData(12, 8, ScalingVerdict.ScaleIn)]
    public void Decide_OutsideTheBounds_ReturnsAtOnceWithoutSignals(int replicas, int expected, ScalingVerdict verdict)
    {
        var snapshot = Snapshots.Settled(1, 0, 0, null) with { Scale = new ScaleSignal(replicas, replicas, 1, 8), Members = null };

        var decision = Decide(snapshot);

        Assert.Equal((verdict, DecisionCause.OutOfBounds, expected), (decision.Verdict, decision.Cause, decision.Desired));
    }

    [Theory]
    [InlineData(29, ScalingVerdict.Hold)]
    [InlineData(30, ScalingVerdict.ScaleOut)]
    public void Decide_ReplicaDoesNotRun_AsksAgainAfterTheStartTimeout(int seconds, ScalingVerdict expected)
    {
        var snapshot = Snapshots.Settled(2, 10, 0, 1000) with { Scale = new ScaleSignal(3, 2, 1, 8), MissingSince = Snapshots.Now.AddSeconds(-seconds) };

        var decision = Decide(snapshot);

        Assert.Equal((expected, 3), (decision.Verdict, decision.Desired));
    }

    private PolicyDecision Decide(ScalingSnapshot snapshot) => _policy.Decide(snapshot, _options, Snapshots.Now);
}
