using StreamSocial.Cli.Tasks;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Cli.Tasks;

/// <summary>Which failed tasks are listed when several members report a partition.</summary>
public sealed class FailedTasksTests
{
    private const long Now = 1_000_000;

    [Fact]
    public void Of_OwnerReportsAFailure_IsListedWithItsCheckpoint()
    {
        var task = Assert.Single(FailedTasks.Of([Member("a", secondsAgo: 0, committed: 7, isFailed: true)]));
        Assert.Equal(("a", "in/0", 7), (task.MemberId, task.Name, task.CommittedOffset));
    }

    /// <summary>It wrote no tombstone, and its last report stays.</summary>
    [Fact]
    public void Of_MemberWasKilledAndAnotherRuns_IsNotListed() =>
        Assert.Empty(FailedTasks.Of([Member("a", secondsAgo: 11, committed: 7, isFailed: true), Member("b", secondsAgo: 0, committed: 9)]));

    [Fact]
    public void Of_MemberWasKilledAndItsTaskFailsAgain_IsTheNewOwners()
    {
        var task = Assert.Single(FailedTasks.Of([Member("b", secondsAgo: 0, committed: 9, isFailed: true), Member("a", secondsAgo: 60, committed: 7, isFailed: true)]));
        Assert.Equal(("b", 9), (task.MemberId, task.CommittedOffset));
    }

    /// <summary>The one that lost it has not been silent for long.</summary>
    [Fact]
    public void Of_TwoReportThePartition_TheLaterReportCounts()
    {
        Assert.Empty(FailedTasks.Of([Member("a", secondsAgo: 2, committed: 7, isFailed: true), Member("b", secondsAgo: 0, committed: 9)]));
        Assert.Equal("a", Assert.Single(FailedTasks.Of([Member("a", secondsAgo: 0, committed: 7, isFailed: true), Member("b", secondsAgo: 2, committed: 9)])).MemberId);
    }

    /// <summary>Nobody has taken its partitions over.</summary>
    [Fact]
    public void Of_NobodyReportsAnyMore_IsListed() => Assert.Single(FailedTasks.Of([Member("a", secondsAgo: 3600, committed: 7, isFailed: true)]));

    /// <summary>Somebody has confirmed what was planned for it, some time later.</summary>
    [Fact]
    public void IsAmong_TaskThatWentOnOrFailedAnew_IsNotTheSame()
    {
        var task = Assert.Single(FailedTasks.Of([Member("a", secondsAgo: 60, committed: 7, isFailed: true)]));

        Assert.True(task.IsAmong([task with { Failures = 2, Reason = "still broken" }]));
        Assert.False(task.IsAmong([]));
        Assert.False(task.IsAmong([task with { FailedAt = task.FailedAt.AddSeconds(1) }]));
        Assert.False(task.IsAmong([task with { CommittedOffset = 8 }]));
        Assert.False(task.IsAmong([task with { MemberId = "b" }]));
        Assert.False(task.IsAmong([task with { Partition = 1 }]));
    }

    private static Member Member(string id, int secondsAgo, long committed, bool isFailed = false)
    {
        var member = new Member
        {
            MemberId = id,
            ReportedAt = Now - (secondsAgo * 1000L),
            Topics = { new MemberTopic { Topic = "in", Partitions = { 0 }, NextOffsets = { committed }, CommittedOffsets = { committed } } },
        };
        if (isFailed)
            member.FailedTasks.Add(new FailedTask { Topic = "in", Partition = 0, Reason = "broken", Failures = 1 });
        return member;
    }
}
