using System.Collections.Immutable;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Rebalancing;

public sealed class ReleaseWatchTests
{
    private static readonly TaskId First = new("t", 0);
    private static readonly TaskId Second = new("t", 1);

    [Fact]
    public void Choose_AnotherGivesBack_IsPreparedThoughItStillRuns() => Assert.Equal([First, Second], Choose([Releasing("other", 0, 1)], prepared: [], owned: [First, Second]));

    [Fact]
    public void Choose_TheMemberItselfGivesBack_IsNot() => Assert.Empty(Choose([Releasing("self", 0)], prepared: [], owned: [First]));

    /// <summary>Between its owner's last word and the next owner's first.</summary>
    [Fact]
    public void Choose_NobodyHasIt_IsKept() => Assert.Equal([First], Choose([Releasing("other")], prepared: [First, Second], owned: [Second]));

    /// <summary>The owner goes on after all, or a third member got it.</summary>
    [Fact]
    public void Choose_SomebodyHasItAndDoesNotGiveItBack_IsDropped() => Assert.Empty(Choose([Releasing("other")], prepared: [First], owned: [First]));

    /// <summary>Its session has not ended, and when it has, somebody has its state.</summary>
    [Fact]
    public void Choose_AMemberIsSilent_WhatItHasIsPrepared() =>
        Assert.Equal([First, Second], Choose([Reporting("self", 10_000), Reporting("other", 7_000, 0, 1)], prepared: [], owned: [First, Second]));

    private static IEnumerable<TaskId> Choose(Member[] members, TaskId[] prepared, TaskId[] owned) => ReleaseWatch.Choose(
        new MembersSnapshot(1, members.ToImmutableDictionary(member => member.MemberId), IsCaughtUp: true), new StreamsOptions { MemberId = "self" }, prepared,
        task => owned.Contains(task) ? "other" : null).OrderBy(task => task.Partition);

    private static Member Reporting(string id, long at, params int[] partitions) => new()
    {
        MemberId = id, ReportedAt = at, Topics = { new MemberTopic { Topic = "t", Partitions = { partitions } } },
    };

    private static Member Releasing(string id, params int[] partitions) => new()
    {
        MemberId = id, Releasing = { new TopicPartitions { Topic = "t", Partitions = { partitions } } },
    };
}
