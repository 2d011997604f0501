using System.Collections.Immutable;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Unit.Tests.Scaling.Policies;

/// <summary>When the policy goes out, holds, or cannot say.</summary>
public sealed class FreshnessPolicyTests : FreshnessPolicyTestBase
{
    [Theory]
    // replicas, arrival/s, backlog, true rate, expected
    [InlineData(1, 800, 0, 1000, 1)] // 800 ÷ (1000 × 0.8) is exactly one
    [InlineData(1, 1001, 0, 1000, 2)]
    [InlineData(1, 800, 48_000, 1000, 3)] // 48,000 in 30 s need two more
    [InlineData(2, 4000, 0, 1000, 5)] // one step, however far
    [InlineData(1, 100_000, 0, 1000, 8)] // as far as is allowed
    public void Decide_RecordsAreLate_GoesToWhatTheLoadNeedsInOneStep(int replicas, double arrival, long backlog, double trueRate, int expected)
    {
        var decision = Decide(Snapshots.Settled(replicas, arrival, backlog, trueRate, Late));

        Assert.Equal(expected, decision.Desired);
        Assert.Equal(expected > replicas ? ScalingVerdict.ScaleOut : ScalingVerdict.Hold, decision.Verdict);
        Assert.Empty(decision.Unknown);
    }

    [Fact]
    public void Decide_MoreLoadButNothingIsLate_Waits()
    {
        var decision = Decide(Snapshots.Settled(1, 4000, 0, 1000, age: 4));

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.OnTarget, 5), (decision.Verdict, decision.Cause, decision.Recommended));
    }

    [Theory]
    [InlineData(10, 960, ScalingVerdict.ScaleOut)]
    [InlineData(9, 960, ScalingVerdict.Hold)] // a burst may pass
    [InlineData(10, 940, ScalingVerdict.Hold)] // there is a reserve
    public void Decide_NoReserveLeftForLong_GoesOutBeforeRecordsAreLate(int seconds, double arrival, ScalingVerdict expected)
    {
        var decision = Decide(Snapshots.Settled(1, arrival, 0, 1000) with { Recommendations = Snapshots.Window(seconds, 2) });

        Assert.Equal((expected, expected == ScalingVerdict.Hold ? 1 : 2), (decision.Verdict, decision.Desired));
    }

    [Fact]
    public void Decide_NoReserveLeft_DoesNotCountWhatASmallerGroupRecommended()
    {
        var grown = Snapshots.Settled(2, 1930, 0, 1000) with { Recommendations = Snapshots.Window(10, 3), Steps = [new ScalingStep(Snapshots.Now.AddSeconds(-5), 1, 2, null)] };

        Assert.Equal(ScalingVerdict.Hold, Decide(grown).Verdict);
    }

    [Fact]
    public void Decide_MoveTakesTime_CountsTheBacklogThatGrowsMeanwhile()
    {
        _options.MoveDuration = TimeSpan.FromSeconds(15);

        // 3000/s arrive, one replica processes 1000/s: 30,000 pile up in 15 s, which over 30 s are another 1000/s. Four replicas do that with their reserve; five are needed for more.
        Assert.Equal(4, Decide(Snapshots.Settled(1, 3000, 0, 1000, Late)).Desired);
        Assert.Equal(5, Decide(Snapshots.Settled(1, 3000, 6000, 1000, Late)).Desired);
    }

    [Fact]
    public void Decide_LateWithoutBeingBusy_CountsTheTimeThatItWaitsForOthers()
    {
        // 1000/s of busy time, but busy half of the time: a replica does 500/s.
        var snapshot = Snapshots.Settled(1, 800, 0, 1000, Late) with { Members = [new MemberSignal("member-0", 120, 0.5)] };

        Assert.Equal(2, Decide(snapshot).Desired);
    }

    [Fact]
    public void Decide_OneMemberIsAlwaysBusy_TheOthersWaitForNothing()
    {
        // 2000/s for three replicas of 1000/s; one of them is busy all the time with what waited for it while it moved.
        var snapshot = Snapshots.Settled(3, 2000, 0, 1000, Late) with { Members = [.. new[] { 1, 0.4, 0.4 }.Select((busy, member) => new MemberSignal($"member-{member}", 40, busy))] };

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.CatchingUp), Kind(Decide(snapshot)));
    }

    [Theory]
    [InlineData(60, 4, DecisionCause.CatchingUp)]
    [InlineData(61, 5, DecisionCause.Uneven)]
    public void Decide_ShouldHaveCaughtUp_TakesTheLoadForUneven(int seconds, int expected, DecisionCause cause)
    {
        (_options.MoveDuration, _options.CatchUpTarget) = (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(45));

        var decision = Decide(Snapshots.Settled(4, 2000, 0, 1000, Late) with { CatchingUpSince = Snapshots.Now.AddSeconds(-seconds) });

        Assert.Equal((expected, cause), (decision.Desired, decision.Cause));
    }

    [Fact]
    public void Decide_UnevenAndTheLastStepDidNotHelp_AddsNoMore()
    {
        var late = Snapshots.Settled(5, 2000, 0, 1000, Late) with { CatchingUpSince = Snapshots.Now.AddHours(-1) };

        Assert.Equal(DecisionCause.Uneven, Decide(late).Cause);
        Assert.Equal(DecisionCause.NoGain, Decide(late with { Steps = [new ScalingStep(Snapshots.Now.AddMinutes(-2), 4, 5, ProcessedRate: 2000)] }).Cause);
    }

    [Fact]
    public void Decide_StepFactor_LimitsTheStep()
    {
        _options.MaxStepFactor = 2;

        Assert.Equal(4, Decide(Snapshots.Settled(2, 6000, 0, 1000, Late)).Desired);
    }

    [Fact]
    public void Decide_FewPartitions_CountsTheBusiestReplicasShare()
    {
        // Of four partitions, three replicas own two, one and one: the busiest takes half of 1500/s. Only four replicas keep it below 800/s with a share of 375/s.
        Assert.Equal(2, Decide(Snapshots.Settled(1, 1500, 0, 1000, Late, partitions: 4)).Desired);
        Assert.Equal(4, Decide(Snapshots.Settled(1, 1700, 0, 1000, Late, partitions: 4)).Desired);
    }

    [Theory]
    [InlineData(8, 100, 8)] // the options
    [InlineData(3, 100, 3)] // the orchestrator
    [InlineData(8, 2, 2)] // the partitions
    public void Decide_MoreNeededThanAllowed_StopsAtTheTightestBound(int orchestratorMaximum, int partitions, int expected) =>
        Assert.Equal(expected, Decide(Snapshots.Settled(1, 1e6, 0, 1000, Late, partitions, orchestratorMaximum)).Desired);

    [Fact]
    public void Decide_AtMaximumAndLate_HoldsAndSaysSo() =>
        Assert.Equal((ScalingVerdict.Hold, DecisionCause.AtMaximum), Kind(Decide(Snapshots.Settled(8, 1e6, 0, 1000, Late) with { Costs = Cost(1e-4) })));

    [Fact]
    public void Decide_DerivedTopic_IsCountedAsIfItsSourceWereProcessedInTime()
    {
        // The source arrives at 2000/s and is processed at 500/s, so the derived topic gets a quarter of what it will get.
        var snapshot = Snapshots.Settled(1, 2000, 0, 4000, Late, partitions: 100).Partitions.Select(partition => partition with { ProcessedRate = 5 }).ToImmutableArray();
        var derived = Enumerable.Range(0, 100).Select(partition => new PartitionSignal("feed-updates", partition, 0, 10, 10, TimeSpan.Zero));
        var both = Snapshots.Settled(1, 2000, 0, 4000, Late, partitions: 100) with
        {
            Partitions = [.. snapshot, .. derived],
            Costs = Cost(1.0 / 4000).Add("feed-updates", new StageCostSignal(1.0 / 4000, Snapshots.Now)),
            Upstream = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("feed-updates", [Snapshots.Topic]),
        };

        // 2000 + 4 × 1000 = 6000/s at 4000 × 0.8.
        Assert.Equal(2, Decide(both).Desired);
        Assert.Equal(1.5, Decide(both).Terms["load.arrival_replicas"], 1e-9);
    }

    [Theory]
    [InlineData(Late, ScalingVerdict.ScaleOut, DecisionCause.Load)]
    [InlineData(0.0, ScalingVerdict.Hold, DecisionCause.UnknownSignals)]
    public void Decide_OneStageDoesTooLittleToMeasureItsCost_TheOthersDecideWhenRecordsAreLate(double age, ScalingVerdict verdict, DecisionCause cause)
    {
        var loaded = Snapshots.Settled(1, 6000, 0, 1000, age);

        var decision = Decide(loaded with { Partitions = loaded.Partitions.Add(new PartitionSignal("notifications", 0, 0, 1, 1, TimeSpan.Zero)) });

        Assert.Equal((verdict, cause), Kind(decision));
    }

    [Fact]
    public void Decide_OneHotPartition_AddsNoReplicas()
    {
        var snapshot = Snapshots.Settled(1, 100, 0, 1000) // one partition gets 5000/s, one thread can do 1000/s
            .WithFirstPartition(partition => partition with { ArrivalRate = 5000, LagRecords = 50_000, OldestAge = TimeSpan.FromSeconds(20) }) with { Scale = new ScaleSignal(2, 2, 1, 8) };
        var decision = Decide(snapshot with { Members = [.. Enumerable.Range(0, 2).Select(member => new MemberSignal($"{member}", 50, 1))] });

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.HotPartition), Kind(decision));
        Assert.Contains("partition 0 of user-actions", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_CaughtUpBeforeAMoveIsDone_DoesNotMove()
    {
        _options.MoveDuration = TimeSpan.FromSeconds(10);

        // 900/s arrive, 100/s are left for 500 records: five seconds.
        Assert.Equal((ScalingVerdict.Hold, DecisionCause.CatchingUp), Kind(Decide(Snapshots.Settled(1, 900, 500, 1000, Late))));
    }

    [Fact]
    public void Decide_LastStepDidNotHelp_SaysSoInsteadOfAddingMore()
    {
        var step = new ScalingStep(Snapshots.Now.AddMinutes(-1), 1, 2, ProcessedRate: 4000);

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.NoGain), Kind(Decide(Snapshots.Settled(2, 4000, 100_000, 1000, Late) with { Steps = [step] })));
        Assert.Equal(ScalingVerdict.ScaleOut, Decide(Snapshots.Settled(2, 4000, 100_000, 1000, Late) with { Steps = [step with { ProcessedRate = 2000 }] }).Verdict);
        // It has helped against an earlier load.
        Assert.Equal(ScalingVerdict.ScaleOut, Decide(Snapshots.Settled(2, 4000, 100_000, 1000, Late) with { Steps = [step with { ProcessedRate = null }] }).Verdict);
    }

    [Theory]
    [InlineData("scale", nameof(DecisionCause.UnknownSignals))]
    [InlineData("members", nameof(DecisionCause.UnknownSignals))]
    [InlineData("everything read is empty", nameof(DecisionCause.UnknownSignals))]
    [InlineData("nothing could be read", nameof(DecisionCause.UnknownSignals))]
    [InlineData("cost", nameof(DecisionCause.UnknownSignals))]
    [InlineData("member left", nameof(DecisionCause.Unsettled))]
    [InlineData("member joined", nameof(DecisionCause.Unsettled))]
    [InlineData("restoring", nameof(DecisionCause.Unsettled))]
    [InlineData("starting", nameof(DecisionCause.Unsettled))]
    [InlineData("stopping", nameof(DecisionCause.Unsettled))]
    public void Decide_UnknownOrUnsettled_Holds(string gap, string cause)
    {
        var known = Snapshots.Settled(2, 1e6, 1_000_000, 1000, Late);
        var snapshot = gap switch
        {
            "scale" => known with { Scale = null },
            "members" => known with { Members = null },
            "everything read is empty" => known with { Partitions = [] },
            "nothing could be read" => known.WithoutLoad(),
            "cost" => Snapshots.Settled(2, 1e6, 1_000_000, null, Late),
            "member left" => known with { Members = known.Members!.Value.RemoveAt(0), UnsettledSince = Snapshots.Now },
            "member joined" => known with { Members = known.Members!.Value.Add(new MemberSignal("new", 0, null)), UnsettledSince = Snapshots.Now },
            "restoring" => known.WithFirstPartition(partition => partition with { LagRecords = null, IsRestoring = true }) with { UnsettledSince = Snapshots.Now },
            "starting" => known with { Scale = known.Scale! with { Desired = 3 }, MissingSince = Snapshots.Now, UnsettledSince = Snapshots.Now },
            "stopping" => known with { Scale = known.Scale! with { Desired = 1 }, UnsettledSince = Snapshots.Now },
            _ => throw new ArgumentOutOfRangeException(nameof(gap), gap, null),
        };

        var decision = Decide(snapshot);

        Assert.Equal((ScalingVerdict.Hold, cause), (decision.Verdict, decision.Cause.ToString()));
        Assert.Equal(snapshot.Scale?.Desired, decision.Desired);
        Assert.Null(decision.Recommended);
        Assert.NotEmpty(decision.Reason);
    }

    [Fact]
    public void Decide_OnePartitionUnknownForLong_DoesNotHoldTheGroup()
    {
        var stuck = Snapshots.Settled(2, 4000, 0, 1000, Late)
            .WithFirstPartition(partition => partition with { LagRecords = null, ArrivalRate = null, OldestAge = null, IsRestoring = true }) with { UnsettledSince = Snapshots.Now - _options.SettleTimeout };

        var decision = Decide(stuck);

        Assert.Equal((ScalingVerdict.ScaleOut, 5), (decision.Verdict, decision.Desired));
        Assert.Equal(["arrival or lag of 1 partitions of user-actions"], decision.Unknown);
    }

    [Fact]
    public void Decide_UnreadTopic_NeverGoesIn()
    {
        var snapshot = Snapshots.Settled(4, 100, 0, 1000) with { UnreadTopics = ["feed-updates"], Recommendations = Snapshots.Window(60, 4) };

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.OnTarget), Kind(Decide(snapshot)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_UnknownForLong_FallsBackToTheConfiguredNumber(bool isRead)
    {
        _options.FallbackReplicas = 4;
        var group = isRead ? Snapshots.Settled(2, 10, 0, null) : Snapshots.Settled(2, 10, 0, 1000).WithoutLoad();
        var unknown = group with { UnknownSince = Snapshots.Now - _options.FallbackAfter };

        var decision = Decide(unknown);

        Assert.Equal((DecisionCause.Fallback, 4), (decision.Cause, decision.Desired));
        Assert.Equal(ScalingVerdict.Hold, Decide(unknown with { UnknownSince = Snapshots.Now }).Verdict);
    }

    [Fact]
    public void Decide_NothingToDo_NeedsNoCost() =>
        Assert.Equal(DecisionCause.OnTarget, Decide(Snapshots.Settled(1, 0, 0, null)).Cause);

    [Theory]
    [InlineData(2, 5, 1, 3, 2, 3)]
    [InlineData(5, 8, 1, 3, 3, 3)]
    [InlineData(1, 2, 4, 8, 4, 4)]
    [InlineData(2, 5, 1, 8, 2, 5)]
    public void Decide_BoundsOfTheOrchestratorAreOthers_TheyGoFirst(int wantedMinimum, int wantedMaximum, int minimum, int maximum, int fewest, int most)
    {
        (_options.Minimum, _options.Maximum) = (wantedMinimum, wantedMaximum);
        var above = Snapshots.Settled(1, 0, 0, null) with { Scale = new ScaleSignal(9, 9, minimum, maximum), Members = null };
        var below = above with { Scale = above.Scale! with { Desired = 0 } };

        Assert.Equal((most, fewest), (Decide(above).Desired, Decide(below).Desired));
    }

    [Fact]
    public void Decide_MinimumIsAboveWhatTheOrchestratorAllows_StillScalesWithinThat()
    {
        (_options.Minimum, _options.Maximum) = (5, 8);
        var snapshot = Snapshots.Settled(3, 10, 0, 1000);

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.OnTarget), Kind(Decide(snapshot with { Scale = snapshot.Scale! with { Maximum = 3 } })));
    }

    [Theory]
    [InlineData(0, 1, ScalingVerdict.ScaleOut)]
    [InlineData(12, 8, ScalingVerdict.ScaleIn)]
    public void Decide_OutsideTheBounds_ReturnsAtOnceWithoutSignals(int replicas, int expected, ScalingVerdict verdict)
    {
        var decision = Decide(Snapshots.Settled(1, 0, 0, null) with { Scale = new ScaleSignal(replicas, replicas, 1, 8), Members = null });

        Assert.Equal((verdict, DecisionCause.OutOfBounds, expected), (decision.Verdict, decision.Cause, decision.Desired));
    }

    [Theory]
    [InlineData(29, ScalingVerdict.Hold)]
    [InlineData(30, ScalingVerdict.ScaleOut)]
    public void Decide_ReplicaDoesNotRun_AsksAgainAfterTheStartTimeout(int seconds, ScalingVerdict expected)
    {
        var decision = Decide(Snapshots.Settled(2, 10, 0, 1000) with { Scale = new ScaleSignal(3, 2, 1, 8), MissingSince = Snapshots.Now.AddSeconds(-seconds) });

        Assert.Equal((expected, 3), (decision.Verdict, decision.Desired));
    }

    /// <summary>It may never start, and more may be needed, or fewer do.</summary>
    [Theory]
    [InlineData(60, 61, ScalingVerdict.ScaleOut)]
    [InlineData(59, 120, ScalingVerdict.Hold)] // asked for since the group began to change
    [InlineData(120, 59, ScalingVerdict.Hold)]
    public void Decide_ReplicaDoesNotRunForLong_JudgesWhatRuns(int step, int unsettled, ScalingVerdict expected)
    {
        var missing = Snapshots.Settled(2, 6000, 0, 1000, Late) with
        {
            Scale = new ScaleSignal(3, 2, 1, 8),
            MissingSince = Snapshots.Now.AddSeconds(-10),
            UnsettledSince = Snapshots.Now.AddSeconds(-unsettled),
            Steps = [new ScalingStep(Snapshots.Now.AddSeconds(-step), 2, 3, 100_000)],
        };

        Assert.Equal(expected, Decide(missing).Verdict);
        // It is asked for all the same.
        Assert.Equal((DecisionCause.ReplicaMissing, 3), (Decide(missing with { MissingSince = Snapshots.Now.AddSeconds(-30) }).Cause, Decide(missing with { MissingSince = Snapshots.Now.AddSeconds(-30) }).Desired));
    }

    private static ImmutableDictionary<string, StageCostSignal> Cost(double seconds) =>
        ImmutableDictionary<string, StageCostSignal>.Empty.Add(Snapshots.Topic, new StageCostSignal(seconds, Snapshots.Now));
}
