using StreamSocial.Autoscaler.Signals;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Autoscaler.Signals;

public sealed class SnapshotCalculatorTests
{
    private static readonly DateTimeOffset Now = Snapshots.Now;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Fact]
    public void Calculate_TwoReadings_GivesLagAndRate()
    {
        var snapshot = SnapshotCalculator.Calculate(Reading(-2, [100]), Reading(0, [160], Member("a", [0], [130])), null);

        Assert.Equal(new PartitionSignal("t", 0, 30, 30, false), Assert.Single(snapshot.Partitions));
    }

    [Fact]
    public void Calculate_FirstReading_KnowsLagAndNoRate()
    {
        var snapshot = SnapshotCalculator.Calculate(null, Reading(0, [160], Member("a", [0], [130])), null);

        Assert.Equal(new PartitionSignal("t", 0, 30, null, false), Assert.Single(snapshot.Partitions));
    }

    [Theory]
    [InlineData(100L, null, 130L, null, null)] // no end now
    [InlineData(null, 160L, 130L, 30L, null)] // no end before
    [InlineData(100L, 160L, null, null, 30.0)] // no owner
    [InlineData(100L, 160L, -1L, null, 30.0)] // restoring
    [InlineData(160L, 100L, 90L, 10L, null)] // the log end went back
    [InlineData(100L, 160L, 170L, 0L, 30.0)] // the position was read after the end
    public void Calculate_SomethingMissing_IsUnknownAlone(long? before, long? now, long? position, long? lag, double? rate)
    {
        var members = position is { } known ? new[] { Member("a", [0], [known]) } : [];

        var snapshot = SnapshotCalculator.Calculate(Reading(-2, [before]), Reading(0, [now], members), null);

        Assert.Equal(new PartitionSignal("t", 0, lag, rate, position < 0), Assert.Single(snapshot.Partitions));
    }

    [Fact]
    public void Calculate_TopicUnread_IsListedWithoutPartitions()
    {
        var snapshot = SnapshotCalculator.Calculate(null, GroupReading.Create(Now, [new TopicLogEnds("t", [])], [], Timeout), null);

        Assert.Empty(snapshot.Partitions);
        Assert.Equal(["t"], snapshot.UnreadTopics);
    }

    [Fact]
    public void Calculate_MembersUnread_AreUnknownNotNone()
    {
        var snapshot = SnapshotCalculator.Calculate(null, GroupReading.Create(Now, [], null, Timeout), null);

        Assert.Null(snapshot.Members);
    }

    [Fact]
    public void Calculate_SilentMember_CountsAsGone()
    {
        var silent = Member("a", [0], [130]);
        silent.ReportedAt = Now.AddSeconds(-11).ToUnixTimeMilliseconds();

        var snapshot = SnapshotCalculator.Calculate(null, Reading(0, [160], silent), null);

        Assert.Empty(snapshot.Members!.Value);
        Assert.Null(snapshot.Partitions[0].LagRecords);
    }

    [Theory]
    [InlineData(1000, 4000, 250.0)] // four entries a record
    [InlineData(0, 0, null)] // nothing processed yet
    public void Calculate_TrueRate_IsConvertedFromEntriesToRecords(long records, long entries, double? expected)
    {
        var member = Member("a", [0], [1]);
        member.TrueRate = 1000;
        member.Counters = new MemberCounters { RecordsConsumed = records, EntriesProcessed = entries };

        var snapshot = SnapshotCalculator.Calculate(null, Reading(0, [1], member), null);

        Assert.Equal(expected, Assert.Single(snapshot.Members!.Value).TrueRate);
    }

    private static GroupReading Reading(int seconds, long?[] ends, params Member[] members) =>
        GroupReading.Create(Now.AddSeconds(seconds), [new TopicLogEnds("t", [.. ends])], members, Timeout);

    private static Member Member(string id, int[] partitions, long[] nextOffsets) => new()
    {
        MemberId = id,
        ReportedAt = Now.ToUnixTimeMilliseconds(),
        Topics = { new MemberTopic { Topic = "t", Partitions = { partitions }, NextOffsets = { nextOffsets } } },
    };
}
