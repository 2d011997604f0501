using System.Diagnostics;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// A transactional producer that writes checkpoints of several tasks in one transaction, together with the group's offsets. A producer
/// that was fenced or broke is replaced by a new one. When the brokers refuse a record or a batch as too large, because a limit was lowered
/// since it was read, the next try uses half the size.
/// </summary>
/// <param name="createProducer">Builds a producer whose records and batches have at most that many bytes.</param>
/// <param name="groupMetadata">The group's metadata; null when the member does not belong to it.</param>
/// <param name="environment">The limit, the totals and the health of checkpoints.</param>
/// <param name="logger">The logger.</param>
internal sealed partial class CheckpointTransactions(
    Func<int, IProducer<byte[]?, byte[]?>> createProducer, Func<IConsumerGroupMetadata?> groupMetadata, TaskEnvironment environment, ILogger logger)
    : IDisposable
{
    private const int MostTries = 5;

    /// <summary>
    /// Longest time in which a producer becomes ready. This and the next three bound what a member waits for that gives tasks back: the group waits no longer than
    /// <c>max.poll.interval.ms</c>, and brokers that are away answer nothing.
    /// </summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Longest time for the offsets of a transaction: brokers that have waited so long end it themselves.</summary>
    private static readonly TimeSpan OffsetsTimeout = TransactionalProducers.TransactionTimeout;

    /// <summary>Longest time for all tries to commit a transaction. Brokers that have accepted the commit may be slow to carry it out, and all would be written again.</summary>
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Longest time for ending a transaction that failed; then a new producer does it.</summary>
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A stop during startup waits this long if the brokers do not answer.</summary>
    private static readonly TimeSpan PrepareTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Size below which a record is not cut further: the commit record and the keys must fit.</summary>
    private const int SmallestRecordBytes = 2 * RecordLimit.OverheadBytes;

    private IProducer<byte[]?, byte[]?>? _producer;

    /// <summary>One that the brokers have not answered yet: the next try goes on with it, since each that is left in an outage may keep its threads for ever.</summary>
    private IProducer<byte[]?, byte[]?>? _connecting;

    private int _maxRecordBytes = int.MaxValue;
    private bool _findsReason;
    private volatile bool _isTooLarge;

    private int RecordBytes => Math.Min(_maxRecordBytes, environment.Limits.Current.RecordBytes);

    /// <summary>
    /// Connects the producer before there is a checkpoint to write. This aborts a transaction that an earlier process with the same id left
    /// open; readers, and so the restores of all its partitions, would otherwise wait until it times out.
    /// </summary>
    public void Prepare()
    {
        try
        {
            _producer ??= Connect(PrepareTimeout);
        }
        catch (KafkaException e)
        {
            // The first checkpoint tries again.
            LogNotPrepared(e.Error.Code, e.Error.Reason);
        }
    }

    /// <summary>Writes the checkpoints in one transaction.</summary>
    /// <param name="choose">
    /// Selects the checkpoints; called after the group's metadata was read. This order fences: a task that this member still owns when it is
    /// selected was its own when the metadata was read, and the brokers reject metadata from before a loss.
    /// </param>
    /// <returns>False when the transaction was aborted; the same checkpoints can be tried again.</returns>
    public bool TryCommit(Func<IReadOnlyList<(StreamTask Task, CheckpointSnapshot Snapshot)>> choose)
    {
        // Brokers commit offsets that name no member unchecked, so a member that was just removed from the group must write nothing.
        if (groupMetadata() is not { } metadata)
            return false;
        var checkpoints = choose();
        // What it failed to write, others may have taken and not written yet.
        if (checkpoints.Count == 0)
            return true;
        try
        {
            var producer = _producer ??= Connect(ConnectTimeout);
            producer.BeginTransaction();
            _isTooLarge = false;
            foreach (var (task, snapshot) in checkpoints)
                Produce(producer, task, snapshot);
            producer.SendOffsetsToTransaction(checkpoints.Select(c => new TopicPartitionOffset(c.Task.Id.TopicPartition, c.Snapshot.NextOffset)), metadata, OffsetsTimeout);
            Retry(producer.CommitTransaction, CommitTimeout);
            _findsReason = false;
            environment.CheckpointHealth.OnSucceeded(this);
            return true;
        }
        catch (KafkaException e)
        {
            LogAborted(checkpoints.Count, e.Error.Code, e.Error.Reason);
            if (IsFencing(e.Error.Code))
                Interlocked.Add(ref environment.Totals.CheckpointsFenced, checkpoints.Count);
            environment.CheckpointHealth.OnFailed(this, e.Error.Reason);
            Abort(e);
            // The transaction's error does not always name that of its records, so the next try asks for it.
            _findsReason = true;
            if (IsTooLarge(e.Error.Code) || _isTooLarge)
                UseSmallerRecords();
            return false;
        }
    }

    /// <summary>There is nothing left of what it failed to write.</summary>
    public void OnNothingLeft() => environment.CheckpointHealth.OnSucceeded(this);

    public void Dispose() => new[] { _producer, _connecting }.OfType<IDisposable>().DisposeOrLeave();

    /// <summary>Whether the brokers rejected this member or producer because the group, or a newer producer with the same id, replaced it.</summary>
    private static bool IsFencing(ErrorCode code) => code
        is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId or ErrorCode.InvalidProducerEpoch
        or ErrorCode.Local_Fenced or ErrorCode.FencedMemberEpoch or ErrorCode.StaleMemberEpoch;

    private static bool IsTooLarge(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge;

    private void Produce(IProducer<byte[]?, byte[]?> producer, StreamTask task, CheckpointSnapshot snapshot)
    {
        Action<DeliveryReport<byte[]?, byte[]?>>? onDelivered = _findsReason ? Observe : null;
        foreach (var record in snapshot.ToRecords(RecordBytes - RecordLimit.OverheadBytes, task.Stores.Parted))
        {
            var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value };
            if (record.HasHeader)
                record.AddHeader(message.Headers = []);
            Produce(producer, task.Changelog, message, onDelivered);
        }
        var commit = new Message<byte[]?, byte[]?> { Key = ChangelogKeys.Commit, Value = snapshot.Commit.ToByteArray() };
        Produce(producer, task.Changelog, commit, report =>
        {
            Observe(report);
            // One that was left may still call, when the next has written the same.
            if (producer == _producer)
                snapshot.OnCommitDelivered(report.Error.IsError ? -1 : report.Offset.Value);
        });
    }

    private void Observe(DeliveryReport<byte[]?, byte[]?> report)
    {
        if (IsTooLarge(report.Error.Code))
            _isTooLarge = true;
    }

    private void UseSmallerRecords()
    {
        _maxRecordBytes = Math.Max(SmallestRecordBytes, RecordBytes / 2);
        LogTooLarge(_maxRecordBytes);
        // Its batches may be as large as before.
        Leave();
    }

    private static void Produce(
        IProducer<byte[]?, byte[]?> producer, TopicPartition changelog, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>>? onDelivered)
    {
        while (true)
        {
            try
            {
                producer.Produce(changelog, message, onDelivered);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Flush(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    /// <summary>Tries several times, within one time for all.</summary>
    private static void Retry(Action<TimeSpan> action, TimeSpan timeout)
    {
        var (started, left) = (Stopwatch.GetTimestamp(), timeout);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                action(left);
                return;
            }
            catch (KafkaRetriableException) when (attempt < MostTries && (left = timeout - Stopwatch.GetElapsedTime(started)) > TimeSpan.Zero)
            {
                // The producer keeps its state; calling again continues the operation.
            }
        }
    }

    private void Abort(KafkaException reason)
    {
        if (_producer is null)
            return;
        if (reason is KafkaTxnRequiresAbortException)
        {
            try
            {
                Retry(_producer.AbortTransaction, AbortTimeout);
                return;
            }
            catch (KafkaException e)
            {
                LogNotAborted(e.Error.Code, e.Error.Reason);
            }
        }
        Leave();
    }

    /// <summary>A new producer with the same id ends what this one left open, and brokers refuse whatever it still sends then.</summary>
    private void Leave()
    {
        var producer = _producer;
        _producer = null;
        producer?.DisposeOrLeave();
    }

    private IProducer<byte[]?, byte[]?> Connect(TimeSpan timeout)
    {
        var producer = _connecting ?? createProducer(RecordBytes);
        _connecting = null;
        try
        {
            Retry(producer.InitTransactions, timeout);
            return producer;
        }
        catch (KafkaRetriableException)
        {
            _connecting = producer;
            throw;
        }
        catch (KafkaException)
        {
            producer.DisposeOrLeave();
            throw;
        }
    }
}
