using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Streams.Membership;

public sealed class GroupReadingTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Theory]
    [InlineData(160L, 130L, 120L, 30L, 40L, false)]
    [InlineData(160L, 170L, 160L, 0L, 0L, false)] // the position was read after the end
    [InlineData(160L, -1L, -1L, null, null, true)] // restoring
    [InlineData(null, 130L, 120L, null, null, false)] // the broker did not answer
    public void Create_OnePartition_LagIsKnownOnlyWithEndAndPosition(long? end, long next, long committed, long? lag, long? committedLag, bool isRestoring)
    {
        var partition = Read(end, Member("a", next, committed)).Topics[0].Partitions[0];

        Assert.Equal((lag, committedLag, isRestoring, "a"), (partition.Lag, partition.CommittedLag, partition.IsRestoring, partition.Owner?.MemberId));
    }

    [Fact]
    public void Create_MembersUnknown_OwnersAndLagsAreUnknown()
    {
        var reading = GroupReading.Create(Now, [new TopicLogEnds("t", [5])], null, TimeSpan.FromSeconds(10));

        Assert.Null(reading.Members);
        Assert.Equal(new PartitionReading(5, null, null, null, false), reading.Find("t")!.Find(0));
        Assert.Null(reading.Find("t")!.Partitions[0].Lag);
    }

    [Fact]
    public void Create_OffsetNotReported_IsUnknownAndNotRestoring()
    {
        var member = Member("a", 1, 1);
        member.Topics[0].NextOffsets.Clear();

        var partition = Read(5, member).Topics[0].Partitions[0];

        Assert.Equal((null, false), (partition.Lag, partition.IsRestoring));
    }

    [Fact]
    public void Create_TwoMembersReportAPartition_TheNewerReportCounts()
    {
        var older = Member("b", 150, 150);
        older.ReportedAt -= 500;

        Assert.Equal("a", Read(160, Member("a", 130, 130), older).Topics[0].Partitions[0].Owner?.MemberId);
    }

    [Fact]
    public void Create_EqualReports_AreOrderedById() =>
        Assert.Equal("b", Read(160, Member("b", 150, 150), Member("a", 130, 130)).Topics[0].Partitions[0].Owner?.MemberId);

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public void Create_SilentMember_IsKeptAndOwnsNothing(int age, bool isSilent)
    {
        var member = Member("a", 130, 130);
        member.ReportedAt -= age;

        var reading = Read(160, member);

        Assert.Equal(isSilent, reading.IsSilent(Assert.Single(reading.Members!)));
        Assert.Equal(isSilent, reading.Topics[0].Partitions[0].Owner is null);
    }

    [Theory]
    [InlineData(100L, 160L, 60L)]
    [InlineData(100L, 100L, 0L)]
    [InlineData(160L, 100L, null)] // another topic of the same name
    [InlineData(null, 100L, null)]
    [InlineData(100L, null, null)]
    public void AppendedSince_TwoEnds_IsTheirDifference(long? before, long? now, long? expected) => Assert.Equal(
        expected, new PartitionReading(now, null, null, null, false).AppendedSince(new PartitionReading(before, null, null, null, false)));

    [Fact]
    public void ProcessedSince_PositionWentBack_IsUnknown() => Assert.Null(
        new PartitionReading(9, null, 3, null, false).ProcessedSince(new PartitionReading(9, null, 5, null, false)));

    private static GroupReading Read(long? end, params Member[] members) =>
        GroupReading.Create(Now, [new TopicLogEnds("t", [end])], members, TimeSpan.FromSeconds(10));

    private static Member Member(string id, long next, long committed) => new()
    {
        MemberId = id,
        ReportedAt = Now.ToUnixTimeMilliseconds(),
        Topics = { new MemberTopic { Topic = "t", Partitions = { 0 }, NextOffsets = { next }, CommittedOffsets = { committed } } },
    };
}
