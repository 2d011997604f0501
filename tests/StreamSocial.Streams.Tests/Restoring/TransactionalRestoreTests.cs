using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Restoring;

public sealed class TransactionalRestoreTests : IRecordSender
{
    private static readonly SimulatedTopics Topics = new(1, 1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private long _highWatermark = 1;
    private long _firstOffset;

    [Fact]
    public void GivesUpWaiting_EndIsToldOnceAndThereIsNoCheckpoint_SaysWhatIsMissing()
    {
        var (restore, session) = Open(committedOffset: 42);

        Assert.False(restore.IsComplete(session, offset: 0, endOfPartition: true));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(restore.GivesUpWaiting(session));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("42", Assert.Throws<StateMissingException>(() => restore.GivesUpWaiting(session)).Message, StringComparison.Ordinal);
    }

    /// <summary>Seen on three brokers that were killed together: a transaction's offsets were committed and its changes aborted.</summary>
    [Fact]
    public void GivesUpWaiting_GroupIsAheadOfTheLastCheckpoint_GoesOnFromTheCheckpoint()
    {
        var (restore, session) = ReadToAnEarlierCheckpoint();
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(restore.GivesUpWaiting(session));
        Assert.Equal(RestoreStep.More, session.TakeKnownEnd(restore));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(restore.GivesUpWaiting(session));
        Assert.Equal(RestoreStep.Done, session.TakeKnownEnd(restore));
        session.Complete();

        Assert.Equal((30L, 3L), (session.Task.CommittedOffset, session.Task.Checkpoint));
    }

    /// <summary>The same with the task's first checkpoint; the changelog has nothing but what was aborted.</summary>
    [Fact]
    public void GivesUpWaiting_TheFirstCheckpointIsMissing_BeginsAnew()
    {
        var (restore, session) = ReadWhatWasAborted();

        Assert.True(restore.GivesUpWaiting(session));
        Assert.Equal(RestoreStep.Done, session.TakeKnownEnd(restore));
        session.Complete();

        Assert.Equal((-1L, 0L), (session.Task.CommittedOffset, session.Task.Checkpoint));
    }

    /// <summary>Beginning anew would lose what the input does not have any more, or may not have.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(-1001, 1)]
    [InlineData(0, 2)]
    public void GivesUpWaiting_TheFirstCheckpointIsMissingAndTheInputIsNotWholeOrATransactionOpen_StaysMissing(long firstOffset, long highWatermark)
    {
        var (restore, session) = ReadWhatWasAborted();
        (_firstOffset, _highWatermark) = (firstOffset, highWatermark);

        Assert.Contains("no checkpoint", Assert.Throws<StateMissingException>(() => restore.GivesUpWaiting(session)).Message, StringComparison.Ordinal);
    }

    /// <summary>The changelog was deleted and made anew: that its input is whole does not make this the brokers' doing.</summary>
    [Fact]
    public void GivesUpWaiting_TheChangelogIsEmpty_StaysMissing()
    {
        var (restore, session) = Open(committedOffset: 42);
        Assert.Equal(RestoreStep.More, session.Take(restore, record: null, offset: 0));
        _highWatermark = 0;
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Contains("deleted", Assert.Throws<StateMissingException>(() => restore.GivesUpWaiting(session)).Message, StringComparison.Ordinal);
    }

    /// <summary>What is hidden may still be committed; whatever was written on top of an earlier checkpoint would be wrong then.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(-1001)]
    public void GivesUpWaiting_ATransactionMayHideTheCheckpoint_StaysMissing(long highWatermark)
    {
        var (restore, session) = ReadToAnEarlierCheckpoint();
        _highWatermark = highWatermark;
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Contains("has not ended", Assert.Throws<StateMissingException>(() => restore.GivesUpWaiting(session)).Message, StringComparison.Ordinal);
    }

    /// <summary>A transaction that has not ended hides the checkpoint at which a reset moved the group's offset back.</summary>
    [Theory]
    [InlineData(20, false)]
    [InlineData(30, true)]
    [InlineData(42, true)]
    public void IsComplete_ATransactionMayHideWhatFollowsAReset_WaitsForItsEnd(long committedOffset, bool isReset)
    {
        var (restore, session) = Open(committedOffset);
        TakeCheckpoint(restore, session);
        if (isReset)
            Assert.Equal(RestoreStep.More, session.Take(restore, new() { Offset = 1, Message = PositionResets.CreateRecord(7, dropState: false, DateTimeOffset.UnixEpoch) }, 1));
        var end = isReset ? 2 : 1;
        _highWatermark = end + 2;
        Assert.Equal(RestoreStep.More, session.Take(restore, record: null, offset: end));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(restore.GivesUpWaiting(session));

        // It was aborted.
        Assert.Equal(RestoreStep.Done, session.Take(restore, record: null, offset: end + 2));
        session.Complete();
        Assert.Equal(isReset ? 7 : 30, session.Task.CommittedOffset);
    }

    /// <summary>The group's offset is 42, and the changelog ends at 1 without any record to read.</summary>
    private (TransactionalRestore Restore, RestoreSession Session) ReadWhatWasAborted()
    {
        var (restore, session) = Open(committedOffset: 42);
        // Ever more of the last records, and then all.
        while (session.Take(restore, record: null, offset: 1) == RestoreStep.LookBack)
            Assert.True(session.End < 0);
        _time.Advance(TimeSpan.FromMinutes(10));
        return (restore, session);
    }

    /// <summary>The group's offset is 42, and the changelog has one record, a checkpoint at 30.</summary>
    private (TransactionalRestore Restore, RestoreSession Session) ReadToAnEarlierCheckpoint()
    {
        var (restore, session) = Open(committedOffset: 42);
        TakeCheckpoint(restore, session);
        Assert.Equal(RestoreStep.More, session.Take(restore, record: null, offset: 1));
        return (restore, session);
    }

    private static void TakeCheckpoint(TransactionalRestore restore, RestoreSession session)
    {
        var commit = new CommitRecord { Version = ChangelogKeys.Version, Checkpoint = 3, NextOffset = 30, Owner = -1 };
        Assert.Equal(RestoreStep.More, session.Take(restore, new() { Offset = 0, Message = new() { Key = ChangelogKeys.Commit, Value = commit.ToByteArray() } }, 0));
    }

    private (TransactionalRestore Restore, RestoreSession Session) Open(long committedOffset)
    {
        var environment = new TaskEnvironment("member", Topics.Layout, this, 1, _ => { });
        var session = new RestoreSession(new StreamTask(Topics.Tasks[0], Topics.Stages[0], 1, environment));
        var restore = new TransactionalRestore((partitions, _) => [.. partitions.Select(partition => new TopicPartitionOffset(partition, committedOffset))], _ => _highWatermark, _ => _firstOffset, _time, NullLogger.Instance);
        restore.Open(session);
        restore.TakeOpened([]);
        return (restore, session);
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("A restore sends nothing here.");
}
