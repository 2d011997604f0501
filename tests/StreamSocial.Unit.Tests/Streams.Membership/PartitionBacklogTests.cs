using StreamSocial.Streams.Membership.Retention;

namespace StreamSocial.Unit.Tests.Streams.Membership;

public class PartitionBacklogTests
{
    [Fact]
    public void Records_PositionUnknown_CountsFromFirstOwnRecord()
    {
        var backlog = new PartitionBacklog();
        AddAcknowledged(backlog, first: 500, count: 3, bytes: 10);
        backlog.Admitted(10);

        Assert.Equal((4L, 40L), (backlog.Records, backlog.Bytes));
    }

    [Fact]
    public void Consumed_ToTheEnd_NothingLeft()
    {
        var backlog = new PartitionBacklog();
        AddAcknowledged(backlog, first: 0, count: 5_000, bytes: 200);

        backlog.Consumed(5_000);

        Assert.Equal((0L, 0L), (backlog.Records, backlog.Bytes));
    }

    [Fact]
    public void Consumed_Half_BytesRoundedUpToSegments()
    {
        var backlog = new PartitionBacklog();
        AddAcknowledged(backlog, first: 0, count: 5_000, bytes: 200);

        backlog.Consumed(2_500);

        Assert.Equal(2_500, backlog.Records);
        Assert.InRange(backlog.Bytes, 500_000, 500_000 + (64 * 1_024) + 200);
    }

    [Fact]
    public void Records_OthersWroteBetween_AreCounted()
    {
        var backlog = new PartitionBacklog();
        AddAcknowledged(backlog, first: 10, count: 1, bytes: 10);
        AddAcknowledged(backlog, first: 100, count: 1, bytes: 10);

        Assert.Equal(91, backlog.Records);
    }

    [Fact]
    public void Bytes_OthersWroteBetween_AreTakenToBeAsLarge()
    {
        var backlog = new PartitionBacklog();
        for (var offset = 0; offset < 3_000; offset += 3)
            AddAcknowledged(backlog, offset, count: 1, bytes: 1_024);

        Assert.InRange(backlog.Bytes, 3 * 1_000 * 1_024 * 9 / 10, 3 * 1_000 * 1_024);
        backlog.Consumed(3_000);
        Assert.Equal(0, backlog.Bytes);
    }

    [Fact]
    public void Bytes_LogWasAheadBeforeTheFirstRecord_AreTakenToBeAsLarge()
    {
        var backlog = new PartitionBacklog();
        backlog.Consumed(100);
        AddAcknowledged(backlog, first: 1_100, count: 64, bytes: 1_024);

        Assert.Equal(1_064 * 1_024, backlog.Bytes);
    }

    [Fact]
    public void Bytes_LogWasAhead_OneRecordSaysNothingOfTheOthers()
    {
        var backlog = new PartitionBacklog();
        backlog.Consumed(100);
        AddAcknowledged(backlog, first: 1_100, count: 1, bytes: 1_024);

        Assert.Equal((1_001L, 1_024L), (backlog.Records, backlog.Bytes));
    }

    [Fact]
    public void Consumed_PositionBecomesKnownAfterTheFirstRecord_BytesIncludeWhatWasThereBefore()
    {
        var backlog = new PartitionBacklog();
        AddAcknowledged(backlog, first: 1_100, count: 64, bytes: 1_024);

        backlog.Consumed(100);
        Assert.Equal((1_064L, 1_064L * 1_024), (backlog.Records, backlog.Bytes));
        backlog.Consumed(1_164);
        Assert.Equal((0L, 0L), (backlog.Records, backlog.Bytes));
    }

    [Fact]
    public void Found_BeforeTheFirstRecord_CountsWithItsOwnSize()
    {
        var backlog = new PartitionBacklog();
        backlog.Found(firstOffset: 0, endOffset: 1_100, bytesOfEach: 300);
        backlog.Consumed(100);
        Assert.Equal((1_000L, 300_000L), (backlog.Records, backlog.Bytes));

        AddAcknowledged(backlog, first: 1_100, count: 1, bytes: 10);
        backlog.Consumed(1_000);

        Assert.Equal((101L, 30_010L), (backlog.Records, backlog.Bytes));
    }

    [Fact]
    public void Found_PositionUnknown_CountsFromTheBeginning()
    {
        var backlog = new PartitionBacklog();
        backlog.Found(firstOffset: 100, endOffset: 1_100, bytesOfEach: 300);
        Assert.Equal((1_000L, 300_000L), (backlog.Records, backlog.Bytes));

        AddAcknowledged(backlog, first: 1_100, count: 2, bytes: 10);
        Assert.Equal((1_002L, 300_020L), (backlog.Records, backlog.Bytes));

        backlog.Consumed(1_100);
        Assert.Equal((2L, 20L), (backlog.Records, backlog.Bytes));
    }

    /// <summary>Nobody will ever consume what the log has no more.</summary>
    [Fact]
    public void Found_ConsumerIsBeforeTheBeginning_CountsFromTheBeginning()
    {
        var backlog = new PartitionBacklog();
        backlog.Consumed(0);
        backlog.Found(firstOffset: 5_000, endOffset: 5_100, bytesOfEach: 300);
        Assert.Equal((100L, 30_000L), (backlog.Records, backlog.Bytes));

        AddAcknowledged(backlog, first: 5_100, count: 2, bytes: 10);

        Assert.Equal((102L, 30_020L), (backlog.Records, backlog.Bytes));
    }

    [Fact]
    public void Consumed_GoesBack_RecordsGrow()
    {
        var backlog = new PartitionBacklog();
        AddAcknowledged(backlog, first: 0, count: 100, bytes: 10);
        backlog.Consumed(90);

        backlog.Consumed(40);

        Assert.Equal(60, backlog.Records);
    }

    [Fact]
    public void Consumed_GoesBack_BytesGrow()
    {
        var backlog = new PartitionBacklog();
        AddAcknowledged(backlog, first: 0, count: 5_000, bytes: 200);
        backlog.Consumed(5_000);

        backlog.Consumed(1_000);
        Assert.Equal((4_000L, 800_000L), (backlog.Records, backlog.Bytes));
        AddAcknowledged(backlog, first: 5_000, count: 1_000, bytes: 200);
        Assert.Equal((5_000L, 1_000_000L), (backlog.Records, backlog.Bytes));
        backlog.Consumed(4_000);
        Assert.Equal((2_000L, 400_000L), (backlog.Records, backlog.Bytes));
        backlog.Consumed(6_000);
        Assert.Equal((0L, 0L), (backlog.Records, backlog.Bytes));
    }

    /// <summary>What was there before this writer and what others wrote between its records are repeated too.</summary>
    [Fact]
    public void Consumed_GoesBackBeforeThisWriter_BytesIncludeTheOthers()
    {
        var backlog = new PartitionBacklog();
        backlog.Found(firstOffset: 0, endOffset: 100, bytesOfEach: 300);
        AddAcknowledged(backlog, first: 100, count: 10, bytes: 10);
        backlog.Consumed(200);
        Assert.Equal((0L, 0L), (backlog.Records, backlog.Bytes));
        AddAcknowledged(backlog, first: 200, count: 10, bytes: 10);

        backlog.Consumed(40);

        Assert.Equal((170L, (60 * 300L) + (110 * 10L)), (backlog.Records, backlog.Bytes));
    }

    [Fact]
    public void Refused_Record_LeavesNothing()
    {
        var backlog = new PartitionBacklog();
        backlog.Admitted(10);

        backlog.Refused(10);

        Assert.Equal((0L, 0L, 0), (backlog.Records, backlog.Bytes, backlog.PendingRecords));
    }

    private static void AddAcknowledged(PartitionBacklog backlog, long first, int count, int bytes)
    {
        for (var i = 0; i < count; i++)
        {
            backlog.Admitted(bytes);
            backlog.Acknowledged(first + i, bytes);
        }
    }
}
