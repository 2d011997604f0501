using StreamSocial.Cli.Benchmarks.Handover;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Cli.Benchmarks.Handover;

public sealed class AdvanceLogTests
{
    private const string Actions = "user-actions";
    private const string Updates = "feed-updates";

    [Fact]
    public void Gaps_OfPartitionsOfBothStages_CountTheEndsOfTheSpan()
    {
        var log = new AdvanceLog([Actions, Updates]);
        Observe(log, 0, "first", (Actions, 0, 10), (Updates, 0, 5));
        for (var at = 1; at <= 10; at++)
            Observe(log, at, "first", (Actions, 0, 10 + at), (Updates, 0, at is 2 or 6 ? 5 + at : 0));
        // Partition 0 of updates got on at 2 and 6 only: until 10 it stood still for 4 s.
        Assert.Equal(new GapFigures(Seconds(4), Seconds(4), 1, 2), log.GapsBetween(Seconds(2), Seconds(10)));
        Assert.Equal(Seconds(2), log.GapsBetween(Seconds(4), Seconds(7))!.Longest);
    }

    [Fact]
    public void Gaps_OtherTopicsAndPartitionsThatNeverGotOn_DoNotCount()
    {
        var log = new AdvanceLog([Actions]);
        Assert.Null(log.GapsBetween(Seconds(0), Seconds(9)));
        Observe(log, 0, "first", (Actions, 0, 10), (Actions, 1, 10), ("notifications", 0, 1));
        Observe(log, 1, "first", (Actions, 0, 11), (Actions, 1, 10), ("notifications", 0, 2));
        Assert.Equal(1, log.GapsBetween(Seconds(0), Seconds(9))!.Partitions);
    }

    /// <summary>What the new owner has restored, and what it does again, ends no gap; nor is its first report progress: it may only repeat the old owner's.</summary>
    [Fact]
    public void Gaps_NewOwner_EndWithItsFirstNewRecord()
    {
        var log = new AdvanceLog([Actions]);
        Observe(log, 0, "first", (Actions, 0, 10));
        Observe(log, 1, "first", (Actions, 0, 20));
        Observe(log, 2, "second", (Actions, 0, -1));
        Observe(log, 3, "second", (Actions, 0, 15));
        Observe(log, 4, "second", (Actions, 0, 18));
        Observe(log, 5, "second", (Actions, 0, 21));
        Assert.Equal(Seconds(4), log.GapsBetween(Seconds(1), Seconds(6))!.Longest);
        Assert.Equal((Seconds(5), Seconds(5)), log.BeginOf("second"));
    }

    [Fact]
    public void Gaps_NewOwnerAheadOfTheOldOnesLastReport_FirstReportIsNoProgress()
    {
        var log = new AdvanceLog([Actions]);
        Observe(log, 0, "first", (Actions, 0, 10));
        Observe(log, 1, "first", (Actions, 0, 20));
        Observe(log, 3, "second", (Actions, 0, 25));
        Observe(log, 6, "second", (Actions, 0, 26));
        Assert.Equal(Seconds(5), log.GapsBetween(Seconds(1), Seconds(7))!.Longest);
    }

    [Fact]
    public void JoinAndKill_FirstRecordLastPartitionAndReturn()
    {
        var log = new AdvanceLog([Actions]);
        Observe(log, 0, "first", (Actions, 0, 1), (Actions, 1, 1), (Actions, 2, 1));
        Observe(log, 1, "first", (Actions, 0, 2), (Actions, 1, 2), (Actions, 2, 2));
        Observe(log, 2, "second", (Actions, 0, 2), (Actions, 1, 2));
        Observe(log, 3, "second", (Actions, 0, 3), (Actions, 1, 2));
        Observe(log, 4, "second", (Actions, 0, 4), (Actions, 1, 3));
        Observe(log, 5, "first", (Actions, 0, 4), (Actions, 1, 3), (Actions, 2, 3));
        Observe(log, 6, "first", (Actions, 0, 5), (Actions, 1, 3), (Actions, 2, 4));
        Assert.Equal((Seconds(3), Seconds(4)), log.BeginOf("second"));
        Assert.Equal((2, 2), (log.CountOf("second", Seconds(2)), log.CountOf("first", Seconds(5.5))));
        Assert.Null(log.AllBackAfter("second", Seconds(4.5), Seconds(10)));
        Observe(log, 8, "first", (Actions, 0, 5), (Actions, 1, 4), (Actions, 2, 4));
        Assert.Equal(Seconds(3.5), log.AllBackAfter("second", Seconds(4.5), Seconds(10)));
        Assert.Null(log.AllBackAfter("second", Seconds(4.5), Seconds(7)));
        Assert.Null(log.BeginOf("third"));
    }

    [Fact]
    public void Silence_IsTheLongestTimeWithoutAnyReport()
    {
        var log = new AdvanceLog([Actions]);
        Observe(log, 1, "first");
        Observe(log, 2, "second");
        Observe(log, 5, "first");
        Assert.Equal(Seconds(3), log.LongestSilence(Seconds(0), Seconds(6)));
    }

    private static void Observe(AdvanceLog log, double at, string member, params (string Topic, int Partition, long Position)[] positions)
    {
        var report = new Member { MemberId = member };
        foreach (var topic in positions.GroupBy(position => position.Topic))
        {
            report.Topics.Add(new MemberTopic
            {
                Topic = topic.Key, Partitions = { topic.Select(position => position.Partition) }, NextOffsets = { topic.Select(position => position.Position) },
            });
        }

        log.Observe(Seconds(at), report);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
