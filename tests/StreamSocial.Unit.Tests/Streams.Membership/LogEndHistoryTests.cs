using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Streams.Membership;

public sealed class LogEndHistoryTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly LogEndHistory _history = new();
    private PartitionReading _partition;

    [Fact]
    public void Add_NothingWaits_IsZero() => Assert.Equal(TimeSpan.Zero, Read(0, end: 10, next: 10));

    [Fact]
    public void Add_RecordWaits_IsAsOldAsTheReadingsShow()
    {
        Read(0, end: 10, next: 10);
        Read(1, end: 20, next: 10);

        // Record 10 was appended right after second 0, record 15 in the middle between the two readings.
        Assert.Equal(TimeSpan.FromSeconds(5), Read(5, end: 20, next: 10));
        Assert.Equal(TimeSpan.FromSeconds(5.5), Read(6, end: 20, next: 15));
    }

    [Fact]
    public void Add_QuietBeforeTheRecord_DoesNotCount()
    {
        Read(0, end: 10, next: 10);
        Read(100, end: 10, next: 10);

        // It was appended after second 100, not after second 0.
        Assert.Equal(TimeSpan.FromSeconds(1), Read(101, end: 11, next: 10));
    }

    [Fact]
    public void Add_OlderThanTheFirstReading_IsAtLeastSoOld()
    {
        Read(0, end: 50, next: 10);

        Assert.Equal((TimeSpan.FromSeconds(7), true), ReadWhole(7, end: 60, next: 10));
        Assert.Equal((TimeSpan.FromSeconds(8), false), ReadWhole(8, end: 60, next: 50));
        Assert.Equal((TimeSpan.Zero, false), ReadWhole(9, end: 60, next: 60));
    }

    [Theory]
    [InlineData(null, 10L)]
    [InlineData(10L, null)]
    public void Add_EndOrPositionUnknown_IsUnknown(long? end, long? next) => Assert.Null(Read(0, end, next));

    /// <summary>Nobody has the partition any more: its records wait nevertheless.</summary>
    [Fact]
    public void Add_PositionIsNoLongerSaid_IsAtLeastAsOldAsByTheLastOne()
    {
        Read(0, end: 10, next: 10);
        Assert.Null(Read(1, end: 10, next: null));
        Read(2, end: 20, next: null);

        Assert.Equal((TimeSpan.FromSeconds(31), true), ReadWhole(32, end: 30, next: null));
        Assert.Equal(20, _partition.LeastLag);
        Assert.Null(_partition.Lag);
        // Whoever has it now says how far it is.
        Assert.Equal((TimeSpan.Zero, false), ReadWhole(33, end: 30, next: 30));
    }

    [Fact]
    public void Add_PositionIsNoLongerSaidAndTheClockIsSetBack_MeasuresAnewByTheLastOne()
    {
        Read(3_600, end: 10, next: 10);
        Read(3_601, end: 20, next: null);

        Assert.Equal((TimeSpan.Zero, true), ReadWhole(0, end: 20, next: null));
        Assert.Equal((TimeSpan.FromSeconds(5), true), ReadWhole(5, end: 20, next: null));
    }

    [Fact]
    public void Add_PositionOfAnotherLog_SaysNothing()
    {
        Read(0, end: 1000, next: 2);

        Assert.Null(Read(1, end: 5, next: null));
        Assert.Null(_partition.LeastLag);
    }

    [Fact]
    public void Add_LogEndsEarlierThanBefore_IsAnotherLog()
    {
        Read(0, end: 1000, next: 1000);

        Assert.Equal((TimeSpan.Zero, true), ReadWhole(60, end: 5, next: 2));
    }

    [Fact]
    public void Add_ClockSetBack_MeasuresAnew()
    {
        Read(3_600, end: 10, next: 10);
        Read(3_601, end: 20, next: 10);

        Assert.Equal((TimeSpan.Zero, true), ReadWhole(0, end: 20, next: 10));
        Assert.Equal((TimeSpan.FromSeconds(5), true), ReadWhole(5, end: 20, next: 10));
    }

    [Fact]
    public void Add_LongBacklog_StaysCloseToTheTruthInBoundedMemory()
    {
        for (var second = 0; second < 5_000; second++)
            Read(second, end: (second + 1) * 10, next: 10);

        // Record 10 came in the second second.
        var age = Read(5_000, end: 50_010, next: 10);
        Assert.InRange(age!.Value.TotalSeconds, 4_900, 5_000);
    }

    private TimeSpan? Read(int second, long? end, long? next) => ReadWhole(second, end, next).Age;

    private (TimeSpan? Age, bool IsAtLeast) ReadWhole(int second, long? end, long? next)
    {
        var at = Start.AddSeconds(second);
        Member[] members = next is { } position
            ? [new Member { MemberId = "m", ReportedAt = at.ToUnixTimeMilliseconds(), Topics = { new MemberTopic { Topic = "t", Partitions = { 0 }, NextOffsets = { position } } } }]
            : [];
        _partition = _history.Add(GroupReading.Create(at, [new TopicLogEnds("t", [end])], members, TimeSpan.FromSeconds(10))).Topics[0].Partitions[0];
        return (_partition.OldestAge, _partition.IsAgeAtLeast);
    }
}
