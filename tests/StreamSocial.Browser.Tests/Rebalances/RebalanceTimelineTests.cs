using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Browser.Tests.Rebalances;

public sealed class RebalanceTimelineTests
{
    private const long Start = 1_700_000_000_000;

    [Fact]
    public void Build_FirstReplica_PlacesPartitionsAndPausesNone()
    {
        var rebalance = Assert.Single(Build(10_000, Assigned("a", 0, 1, [0, 1, 2]), Ready("a", 2_000, 1)));

        Assert.Equal((3, 0, 0), (rebalance.Placed, rebalance.Moved, rebalance.PausedPartitions));
        Assert.Equal(0, rebalance.PausedPartitionSeconds);
        Assert.Equal((Start, Start + 2_000), (rebalance.StartedAt, rebalance.EndedAt));
        Assert.Equal(new PhaseSnapshot("a", "a", "ready", Start, Start + 2_000, 3), Assert.Single(rebalance.Phases));
    }

    [Fact]
    public void Build_ScaleOut_CountsEachPauseFromTheDrainToReady()
    {
        var rebalances = Build(
            100_000,
            Assigned("a", 0, 1, [0, 1, 2, 3]), Ready("a", 1_000, 1),
            // Drained for 400 ms, then 600 ms without an owner, then 2 s of restoring.
            Revoked("a", 50_400, 400, [2, 3]), Assigned("b", 51_000, 1, [2, 3]), Ready("b", 53_000, 1));

        Assert.Equal(2, rebalances.Length);
        var latest = rebalances[0];
        Assert.Equal((Start + 50_000, Start + 53_000), (latest.StartedAt, latest.EndedAt));
        Assert.Equal(2 * 3.0, latest.PausedPartitionSeconds);
        Assert.Equal((2, 0, 2, 2, 0), (latest.PausedPartitions, latest.UnknownStarts, latest.Moved, latest.MinimumMoved, latest.Placed));
        Assert.Equal(["revoked", "ready"], latest.Phases.Select(phase => phase.Kind));
        Assert.Equal(new PausedTopicSnapshot("t", 2, "2-3"), Assert.Single(latest.Paused));
    }

    [Fact]
    public void Build_PartitionsExchangedForNothing_MovedExceedsTheMinimum()
    {
        var latest = Build(
            100_000,
            Assigned("a", 0, 1, [0, 1, 2]), Assigned("b", 0, 1, [3, 4, 5]), Ready("a", 1_000, 1), Ready("b", 1_000, 1),
            // c needs one of each; 0 and 3 change places besides.
            Revoked("a", 50_000, 0, [0, 2]), Revoked("b", 50_000, 0, [3, 5]),
            Assigned("c", 50_100, 1, [2, 5]), Assigned("a", 50_100, 3, [3]), Assigned("b", 50_100, 3, [0]),
            Ready("a", 50_200, 3), Ready("b", 50_200, 3), Ready("c", 50_200, 1))[0];

        Assert.Equal((4, 2), (latest.Moved, latest.MinimumMoved));
    }

    [Fact]
    public void Build_PartitionsCameBack_NothingMoved()
    {
        var latest = Build(
            100_000,
            Assigned("a", 0, 1, [0, 1]), Ready("a", 1_000, 1),
            Revoked("a", 50_000, 0, [0, 1]), Assigned("a", 51_000, 3, [0, 1]), Ready("a", 52_000, 3))[0];

        Assert.Equal((0, 0, 2), (latest.Moved, latest.MinimumMoved, latest.PausedPartitions));
        Assert.Equal(4.0, latest.PausedPartitionSeconds);
    }

    [Fact]
    public void Build_OwnerWentWithoutAWord_StartOfThePauseIsUnknown()
    {
        var latest = Build(
            100_000,
            Assigned("a", 0, 1, [0]), Assigned("b", 0, 1, [1]), Ready("a", 1_000, 1), Ready("b", 1_000, 1),
            Assigned("a", 60_000, 2, [1]), Ready("a", 62_500, 2))[0];

        Assert.Equal((1, 1, 1, 1), (latest.PausedPartitions, latest.UnknownStarts, latest.Moved, latest.MinimumMoved));
        Assert.Equal(2.5, latest.PausedPartitionSeconds);
    }

    [Fact]
    public void Build_GoodbyeCameAfterTheTakeover_StillBeginsThePause()
    {
        var latest = Build(
            100_000,
            Assigned("a", 0, 1, [0]), Ready("a", 1_000, 1),
            // The clock of b is a little behind that of a.
            Assigned("b", 50_000, 1, [0]), Revoked("a", 50_010, 510, [0]), Ready("b", 51_500, 1))[0];

        Assert.Equal((1, 0, 1), (latest.PausedPartitions, latest.UnknownStarts, latest.Moved));
        Assert.Equal(2.0, latest.PausedPartitionSeconds);
        Assert.Equal(Start + 49_500, latest.StartedAt);
    }

    [Fact]
    public void Build_LostAfterTheTakeover_ChangesNoOwner()
    {
        var rebalances = Build(
            200_000,
            Assigned("a", 0, 1, [0]), Ready("a", 1_000, 1),
            Assigned("b", 50_000, 1, [0]), Ready("b", 51_000, 1),
            // a noticed only much later that it had been cut off.
            Lost("a", 90_000, [0]));

        Assert.Equal(3, rebalances.Length);
        Assert.Equal((0, 0, Start + 90_000), (rebalances[0].Moved, rebalances[0].PausedPartitions, rebalances[0].EndedAt!.Value));
        Assert.Equal("lost", Assert.Single(rebalances[0].Phases).Kind);
    }

    [Fact]
    public void Build_Restoring_IsOpenAndCountsUntilNow()
    {
        var latest = Build(
            55_000,
            Assigned("a", 0, 1, [0, 1]), Ready("a", 1_000, 1),
            Lost("a", 50_000, [0, 1]), Assigned("b", 52_000, 1, [0]))[0];

        Assert.Null(latest.EndedAt);
        Assert.Null(latest.RestoredBytes);
        Assert.Equal(2 * 5.0, latest.PausedPartitionSeconds);
        Assert.Equal(["lost", "restoring"], latest.Phases.Select(phase => phase.Kind));
        // Partition 1 has no owner yet.
        Assert.Equal((1, 1), (latest.Moved, latest.MinimumMoved));
    }

    [Fact]
    public void Build_OwnerDiedWhileItRestored_ItsPhaseIsAbandonedAndThePauseGoesOn()
    {
        var latest = Build(
            100_000,
            Assigned("a", 0, 1, [0]), Ready("a", 1_000, 1),
            Revoked("a", 50_000, 0, [0]), Assigned("b", 50_500, 1, [0]), Assigned("c", 58_000, 1, [0]), Ready("c", 60_000, 1))[0];

        Assert.Equal(["revoked", "abandoned", "ready"], latest.Phases.Select(phase => phase.Kind));
        Assert.Equal(10.0, latest.PausedPartitionSeconds);
        Assert.Equal(0, latest.UnknownStarts);
        Assert.Null(latest.RestoredBytes);
    }

    [Fact]
    public void Build_EventsOfTwoMembersOutOfOrder_AreSorted()
    {
        var latest = Build(
            100_000,
            Assigned("a", 0, 1, [0]), Ready("a", 1_000, 1),
            Assigned("b", 50_500, 1, [0]), Revoked("a", 50_000, 0, [0]), Ready("b", 51_000, 1))[0];

        Assert.Equal((1.0, 0), (latest.PausedPartitionSeconds, latest.UnknownStarts));
    }

    [Fact]
    public void Build_ReportsSpanTheRestore_TellItsBytes()
    {
        var members = MemberHistory.Empty;
        foreach (var (at, bytes) in new[] { (40_000, 700L), (49_000, 700L), (52_000, 1_000L), (53_100, 1_500L) })
            members = members.Observe([Report("a", at, bytes)], 0);
        foreach (var (at, bytes) in new[] { (50_500, 0L), (53_200, 64L) })
            members = members.Observe([Report("b", at, bytes)], 0);
        RebalanceEvent[] events =
        [
            Assigned("a", 0, 1, [0]), Assigned("z", 0, 1, [1, 2]), Ready("a", 1_000, 1), Ready("z", 1_000, 1),
            Revoked("z", 50_000, 0, [1, 2]), Assigned("a", 50_100, 2, [1]), Assigned("b", 50_100, 1, [2]), Ready("a", 53_000, 2), Ready("b", 53_000, 1),
        ];

        var rebalances = RebalanceTimeline.Build(Window(events), members, Start + 100_000, Start);

        Assert.Equal((1_500 - 700) + 64, rebalances[0].RestoredBytes);
        Assert.Equal("generator a", rebalances[0].Phases[1].Name);
        // Nobody watched when the group started.
        Assert.Null(rebalances[1].RestoredBytes);
    }

    [Fact]
    public void Build_NoReportSinceReady_BytesAreUnknown()
    {
        var members = MemberHistory.Empty.Observe([Report("a", -1_000, 0)], 0);

        var rebalance = Assert.Single(RebalanceTimeline.Build(Window(Assigned("a", 0, 2, [0]), Ready("a", 1_000, 2)), members, Start + 5_000, Start));

        Assert.Null(rebalance.RestoredBytes);
    }

    [Fact]
    public void Build_OlderThanTheWindow_IsNotShown() =>
        Assert.Empty(RebalanceTimeline.Build(Window(Assigned("a", 0, 1, [0]), Ready("a", 1_000, 1)), MemberHistory.Empty, Start + 100_000, Start + 1_001));

    [Fact]
    public void Trim_EndedRebalances_AreDroppedAndTheirOwnersKept()
    {
        RebalanceEvent[] events =
        [
            Assigned("a", 0, 1, [0, 1, 2, 3]), Ready("a", 1_000, 1),
            Revoked("a", 50_000, 0, [2, 3]), Assigned("b", 51_000, 1, [2, 3]), Ready("b", 53_000, 1),
        ];
        var whole = Window(events);

        var trimmed = whole.Trim(Start + 50_500);

        // The second rebalance began before the limit and ended after it: it stays whole.
        Assert.Equal(3, trimmed.Events.Length);
        Assert.Equal("a", trimmed.Before[("t", 3)].Holder);
        Assert.Equivalent(Show(whole)[0], Show(trimmed)[0]);
        Assert.Single(Show(trimmed));

        static IReadOnlyList<RebalanceSnapshot> Show(RebalanceWindow window) => RebalanceTimeline.Build(window, MemberHistory.Empty, Start + 100_000, Start);
    }

    [Fact]
    public void Trim_NextEventBeganInTheRebalance_CutsItNotInTwo()
    {
        var whole = Window(
            Assigned("a", 0, 1, [0]), Ready("a", 1_000, 1),
            Revoked("a", 6_000, 4_000, [0]), Assigned("b", 6_500, 1, [0]), Ready("b", 7_000, 1));

        var rebalance = Assert.Single(RebalanceTimeline.Build(whole.Trim(Start + 5_000), MemberHistory.Empty, Start + 100_000, Start));

        Assert.Equal((Start, Start + 7_000), (rebalance.StartedAt, rebalance.EndedAt!.Value));
    }

    [Fact]
    public void Trim_MoreEventsThanAreKept_StaysBoundedAndGoesOnCounting()
    {
        var window = RebalanceWindow.Empty;
        for (var i = 0; i < RebalanceWindow.MaxEvents; i++)
            window = window.Add(Lost("a", i, [0])).Add(Assigned("a", i, 1, [0]));

        window = window.Trim(Start).Add(Ready("a", 60_000, 1));

        Assert.Equal(RebalanceWindow.MaxEvents + 1, window.Events.Length);
        var rebalance = Assert.Single(RebalanceTimeline.Build(window, MemberHistory.Empty, Start + 100_000, Start));
        Assert.Equal(Start + 60_000, rebalance.EndedAt);
        Assert.Equal(1, rebalance.PausedPartitions);
    }

    [Fact]
    public void Build_VeryManySinglePartitions_ListsTheFirst()
    {
        var even = Enumerable.Range(0, 500).Select(partition => partition * 2).ToArray();
        var latest = Build(
            100_000,
            Assigned("a", 0, 1, even), Ready("a", 1_000, 1),
            Revoked("a", 50_000, 0, even), Assigned("b", 51_000, 1, even), Ready("b", 52_000, 1))[0];

        var paused = Assert.Single(latest.Paused);
        Assert.Equal(500, paused.Count);
        Assert.StartsWith("0, 2, 4, ", paused.Partitions, StringComparison.Ordinal);
        Assert.EndsWith(", 46, …", paused.Partitions, StringComparison.Ordinal);
    }

    private static RebalanceSnapshot[] Build(long now, params RebalanceEvent[] events) => [.. RebalanceTimeline.Build(Window(events), MemberHistory.Empty, Start + now, Start)];

    private static RebalanceWindow Window(params RebalanceEvent[] events) => events.Aggregate(RebalanceWindow.Empty, (window, change) => window.Add(change));

    private static RebalanceEvent Assigned(string member, long at, long epoch, int[] partitions) => Event(member, RebalanceEventType.Assigned, at, epoch, 0, partitions);

    private static RebalanceEvent Revoked(string member, long at, double duration, int[] partitions) => Event(member, RebalanceEventType.Revoked, at, 2, duration, partitions);

    private static RebalanceEvent Lost(string member, long at, int[] partitions) => Event(member, RebalanceEventType.Lost, at, 2, 0, partitions);

    private static RebalanceEvent Ready(string member, long at, long epoch) => Event(member, RebalanceEventType.Ready, at, epoch, 0, []);

    private static RebalanceEvent Event(string member, RebalanceEventType type, long at, long epoch, double duration, int[] partitions)
    {
        var change = new RebalanceEvent { MemberId = member, Type = type, OccurredAt = Start + at, Epoch = epoch, Duration = duration };
        if (partitions.Length > 0)
            change.Partitions.Add(new TopicPartitions { Topic = "t", Partitions = { partitions } });
        return change;
    }

    private static Member Report(string id, long at, long restoredBytes) => new()
    {
        MemberId = id,
        ResourceName = $"generator {id}",
        ReportedAt = Start + at,
        Counters = new MemberCounters { RestoredBytes = restoredBytes },
    };
}
