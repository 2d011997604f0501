using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
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
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A stop during startup waits this long, and up to five times as long if the brokers do not answer.</summary>
    private static readonly TimeSpan PrepareTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Size below which a record is not cut further: the commit record and the keys must fit.</summary>
    private const int SmallestRecordBytes = 2 * RecordLimit.OverheadBytes;

    private IProducer<byte[]?, byte[]?>? _producer;
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
            var producer = _producer ??= Connect(RequestTimeout);
            producer.BeginTransaction();
            _isTooLarge = false;
            foreach (var (task, snapshot) in checkpoints)
                Produce(producer, task, snapshot);
            producer.SendOffsetsToTransaction(checkpoints.Select(c => new TopicPartitionOffset(c.Task.Id.TopicPartition, c.Snapshot.NextOffset)), metadata, RequestTimeout);
            Retry(() => producer.CommitTransaction(RequestTimeout));
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

    public void Dispose() => _producer?.Dispose();

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
        _producer?.Dispose();
        _producer = null;
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

    private static void Retry(Action action)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                action();
                return;
            }
            catch (KafkaRetriableException) when (attempt < 5)
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
                Retry(() => _producer.AbortTransaction(RequestTimeout));
                return;
            }
            catch (KafkaException e)
            {
                LogNotAborted(e.Error.Code, e.Error.Reason);
            }
        }
        // A new producer with the same id aborts what this one left open.
        _producer.Dispose();
        _producer = null;
    }

    private IProducer<byte[]?, byte[]?> Connect(TimeSpan timeout)
    {
        var producer = createProducer(RecordBytes);
        try
        {
            Retry(() => producer.InitTransactions(timeout));
            return producer;
        }
        catch (KafkaException)
        {
            producer.Dispose();
            throw;
        }
    }
}
