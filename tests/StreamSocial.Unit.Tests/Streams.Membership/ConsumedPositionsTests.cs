using System.Collections.Immutable;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Retention;

namespace StreamSocial.Unit.Tests.Streams.Membership;

/// <summary>Behind which position nobody reads any more.</summary>
public sealed class ConsumedPositionsTests
{
    [Theory]
    [InlineData(40L, 50L, 40L)]
    [InlineData(0L, 50L, 0L)]
    [InlineData(-1L, 50L, 0L)]
    [InlineData(-1L, 0L, 0L)]
    [InlineData(-1L, -1L, null)]
    public void Of_Input_IsWhatASuccessorWouldContinueFrom(long committed, long next, long? expected) =>
        Assert.Equal(expected, Find("in", Member("a", 1, committed, next)));

    [Fact]
    public void Of_TwoMembersReportAPartition_TheNewerReportCounts()
    {
        Assert.Equal(70, Find("in", Member("a", 1, 40, 50), Member("b", 2, 70, 80)));
        Assert.Equal(70, Find("in", Member("a", 2, 70, 80), Member("b", 1, 40, 50)));
    }

    [Fact]
    public void Of_Table_IsWhereTheSlowestReaderIs() =>
        Assert.Equal(7, Find("table", Reader("a", 9), Reader("b", 7), Reader("c", -1)));

    private static long? Find(string topic, params Member[] members)
    {
        var snapshot = new MembersSnapshot(1, members.ToImmutableDictionary(member => member.MemberId), IsCaughtUp: true);
        return ConsumedPositions.Of(snapshot).Where(position => position.Topic == topic && position.Partition == 0).Select(position => (long?)position.NextOffset).SingleOrDefault();
    }

    private static Member Member(string id, long reportedAt, long committed, long next)
    {
        var member = new Member { MemberId = id, ReportedAt = reportedAt };
        member.Topics.Add(new MemberTopic { Topic = "in", Partitions = { 0 }, CommittedOffsets = { committed }, NextOffsets = { next } });
        return member;
    }

    private static Member Reader(string id, long next)
    {
        var member = new Member { MemberId = id };
        member.Tables.Add(new MemberTable { Topic = "table", NextOffsets = { next } });
        return member;
    }
}
