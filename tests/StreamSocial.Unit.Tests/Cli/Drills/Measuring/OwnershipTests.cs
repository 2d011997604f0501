using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Rescale;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Cli.Drills.Measuring;

public sealed class OwnershipTests
{
    [Theory]
    [InlineData("a:10", "a,b", 5)]
    [InlineData("a:10", "a,b,c", 6)]
    [InlineData("a:5,b:5", "a", 5)]
    [InlineData("a:5,b:5", "a,b", 0)]
    [InlineData("a:4,b:3,c:3", "b,c", 4)]
    [InlineData("a:8,b:1,c:1", "a,b,c", 4)]
    [InlineData("a:5,b:5", "c,d", 10)]
    public void MinimumMoves_MembersThatComeAndGo_AreNoMoreThanTheSharesTake(string before, string after, int expected)
    {
        var counts = before.Split(',').Select(member => member.Split(':')).ToDictionary(member => member[0], member => int.Parse(member[1]));
        Assert.Equal(expected, MinimumMoves.Of(counts, after.Split(',')));
    }

    [Fact]
    public void Of_TwoThatClaimThePartition_GivesItToTheLatestReport()
    {
        var ownership = Ownership.Of([Reported("new", 2, (7, -1)), Reported("old", 1, (7, 100), (8, 5))]);
        Assert.Equal("new", ownership.Owners[("t", 7)]);
        Assert.Equal("old", ownership.Owners[("t", 8)]);
        Assert.Equal([("t", 7)], ownership.Restoring);
        Assert.Equal(1, ownership.CountOf("old"));
    }

    [Fact]
    public void MovedTo_OwnerChangedOrGone_HasMoved()
    {
        var before = Ownership.Of([Reported("a", 1, (1, 0), (2, 0), (3, 0))]);
        var after = Ownership.Of([Reported("a", 2, (1, 0)), Reported("b", 2, (2, 0))]);
        Assert.Equal([("t", 2), ("t", 3)], before.MovedTo(after).Order());
    }

    [Fact]
    public void IsSettled_OnlyWhenAllMembersShareAllPartitionsRestored()
    {
        Member[] settled = [Reported("a", 1, (1, 0), (2, 5)), Reported("b", 1, (3, 0))];
        Assert.True(Ownership.Of(settled).IsSettled(members: 2, Partitions(3)));
        Assert.False(Ownership.Of(settled).IsSettled(members: 3, Partitions(3)));
        Assert.False(Ownership.Of(settled).IsSettled(members: 2, Partitions(4)));
        Assert.False(Ownership.Of([Reported("a", 1, (1, 0), (2, -1)), Reported("b", 1, (3, 0))]).IsSettled(members: 2, Partitions(3)));
    }

    [Fact]
    public void IsSettled_WhatThereIsNotIsClaimed_DoesNotMatter()
    {
        var foreign = Reported("foreign", 2, (0, -1), (4, 0));
        foreign.Topics.Add(new MemberTopic { Topic = "nowhere", Partitions = { 1 }, NextOffsets = { 0 } });
        var ownership = Ownership.Of([Reported("a", 1, (1, 0), (2, 5)), Reported("b", 1, (3, 0)), foreign]);
        Assert.True(ownership.IsSettled(members: 2, Partitions(3)));
    }

    private static (string Topic, int Partition)[] Partitions(int count) => [.. Enumerable.Range(1, count).Select(partition => ("t", partition))];

    private static Member Reported(string id, long at, params (int Partition, long NextOffset)[] partitions) => new()
    {
        MemberId = id,
        ReportedAt = at,
        Topics =
        {
            new MemberTopic { Topic = "t", Partitions = { partitions.Select(p => p.Partition) }, NextOffsets = { partitions.Select(p => p.NextOffset) } },
        },
    };
}
