using System.Collections.Immutable;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Rebalancing;

public sealed class SilentMembersTests
{
    private static readonly StreamsOptions Options = new() { MemberId = "self" };

    [Fact]
    public void TasksOf_AnotherHasNotReportedForLong_AreItsTasks() =>
        Assert.Equal([new TaskId("t", 1), new TaskId("t", 2)], TasksOf(Options, Member("self", 10_000, 0), Member("silent", 7_000, 1, 2)));

    [Fact]
    public void TasksOf_ItIsOnlyLate_AreNone() => Assert.Empty(TasksOf(Options, Member("self", 10_000, 0), Member("late", 7_001, 1)));

    [Fact]
    public void TasksOf_TheMemberItselfIsTheSilentOne_AreNone() => Assert.Empty(TasksOf(Options, Member("self", 7_000, 0), Member("other", 10_000, 1)));

    /// <summary>Brokers that take no reports make no member silent.</summary>
    [Fact]
    public void TasksOf_AllAreSilent_AreNone() => Assert.Empty(TasksOf(Options, Member("self", 7_000, 0), Member("other", 7_000, 1)));

    [Fact]
    public void TasksOf_SomebodyHasTakenOver_AreNotThose() =>
        Assert.Equal([new TaskId("t", 2)], TasksOf(Options, Member("self", 10_000, 0), Member("silent", 7_000, 1, 2), Member("successor", 9_900, 1)));

    [Fact]
    public void TasksOf_MembersReportSeldom_ThreeReportsMustBeMissing()
    {
        var options = new StreamsOptions { MemberId = "self", ReportInterval = TimeSpan.FromSeconds(2) };
        Assert.Empty(TasksOf(options, Member("self", 10_000, 0), Member("other", 4_001, 1)));
        Assert.NotEmpty(TasksOf(options, Member("self", 10_000, 0), Member("other", 4_000, 1)));
    }

    /// <summary>It leaves the reports before its session ends.</summary>
    [Fact]
    public void Choose_WhatIsPreparedHasNobody_IsKept()
    {
        TaskId[] prepared = [new("t", 1), new("t", 2)];
        var snapshot = new MembersSnapshot(1, new[] { Member("self", 20_000, 0) }.ToImmutableDictionary(member => member.MemberId), IsCaughtUp: true);
        Assert.Equal([prepared[1]], SilentMembers.Choose(snapshot, Options, prepared, task => task == prepared[0] ? "successor" : null));
    }

    private static IEnumerable<TaskId> TasksOf(StreamsOptions options, params Member[] members) => SilentMembers.TasksOf(
        new MembersSnapshot(1, members.ToImmutableDictionary(member => member.MemberId), IsCaughtUp: true), options,
        task => members.Where(member => member.Topics[0].Partitions.Contains(task.Partition)).MaxBy(member => member.ReportedAt)?.MemberId)
        .OrderBy(task => task.Partition);

    private static Member Member(string id, long reportedAt, params int[] partitions) => new()
    {
        MemberId = id, ReportedAt = reportedAt, Topics = { new MemberTopic { Topic = "t", Partitions = { partitions } } },
    };
}
