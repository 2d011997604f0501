using StreamSocial.Cli.Topology;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Cli.Topology;

public sealed class ReportedPositionsTests
{
    [Fact]
    public void Of_PartitionMoved_TakesWhoSpokeLast() =>
        Assert.Equal([30, 40, null], ReportedPositions.Of("t", 3, [Member(2, (0, 30)), Member(1, (0, 99), (1, 40))]));

    [Fact]
    public void Of_NewOwnerRestores_IsUnknownWhateverTheOldOneSaid() =>
        Assert.Equal([null], ReportedPositions.Of("t", 1, [Member(1, (0, 99)), Member(2, (0, -1))]));

    [Fact]
    public void Of_OtherTopic_IsUnknown() => Assert.Equal([null], ReportedPositions.Of("other", 1, [Member(1, (0, 99))]));

    [Fact]
    public void Of_PartitionThatThereIsNot_IsIgnored() => Assert.Equal([30], ReportedPositions.Of("t", 1, [Member(1, (0, 30), (1, 5), (int.MaxValue, 5))]));

    [Fact]
    public void Of_NoPositionBesideThePartition_IsUnknown()
    {
        var member = Member(1, (0, 30));
        member.Topics[0].NextOffsets.Clear();
        Assert.Equal([null], ReportedPositions.Of("t", 1, [member]));
    }

    private static Member Member(long reportedAt, params (int Partition, long Next)[] positions)
    {
        var topic = new MemberTopic { Topic = "t" };
        topic.Partitions.AddRange(positions.Select(position => position.Partition));
        topic.NextOffsets.AddRange(positions.Select(position => position.Next));
        return new Member { MemberId = $"m{reportedAt}", ReportedAt = reportedAt, Topics = { topic } };
    }
}
