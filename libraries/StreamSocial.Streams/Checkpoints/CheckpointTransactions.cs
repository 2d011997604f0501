using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// A transactional producer that writes checkpoints of several tasks in one transaction, together with the group's offsets. A producer
/// that was fenced or broke is replaced by a new one.
/// </summary>
internal sealed partial class CheckpointTransactions(
    Func<IProducer<byte[]?, byte[]?>> createProducer, Func<IConsumerGroupMetadata?> groupMetadata, MemberTotals totals, ILogger logger) : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A stop during startup waits this long, and up to five times as long if the brokers do not answer.</summary>
    private static readonly TimeSpan PrepareTimeout = TimeSpan.FromSeconds(3);

    private IProducer<byte[]?, byte[]?>? _producer;

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
        if (checkpoints.Count == 0)
            return true;
        try
        {
            var producer = _producer ??= Connect(RequestTimeout);
            producer.BeginTransaction();
            foreach (var (task, snapshot) in checkpoints)
                Produce(producer, task, snapshot);
            producer.SendOffsetsToTransaction(checkpoints.Select(c => new TopicPartitionOffset(c.Task.Id.TopicPartition, c.Snapshot.NextOffset)), metadata, RequestTimeout);
            Retry(() => producer.CommitTransaction(RequestTimeout));
            return true;
        }
        catch (KafkaException e)
        {
            LogAborted(checkpoints.Count, e.Error.Code, e.Error.Reason);
            if (IsFencing(e.Error.Code))
                Interlocked.Add(ref totals.CheckpointsFenced, checkpoints.Count);
            Abort(e);
            return false;
        }
    }

    public void Dispose() => _producer?.Dispose();

    /// <summary>Whether the brokers rejected this member or producer because the group, or a newer producer with the same id, replaced it.</summary>
    private static bool IsFencing(ErrorCode code) => code
        is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId or ErrorCode.InvalidProducerEpoch
        or ErrorCode.Local_Fenced or ErrorCode.FencedMemberEpoch or ErrorCode.StaleMemberEpoch;

    private static void Produce(IProducer<byte[]?, byte[]?> producer, StreamTask task, CheckpointSnapshot snapshot)
    {
        foreach (var (key, value) in snapshot.Changes)
            Produce(producer, task.Changelog, key, value);
        Produce(producer, task.Changelog, ChangelogKeys.Commit, snapshot.Commit.ToByteArray(), report => snapshot.OnCommitDelivered(report.Error.IsError ? -1 : report.Offset.Value));
    }

    private static void Produce(
        IProducer<byte[]?, byte[]?> producer, TopicPartition changelog, byte[] key, byte[]? value, Action<DeliveryReport<byte[]?, byte[]?>>? onDelivered = null)
    {
        while (true)
        {
            try
            {
                producer.Produce(changelog, new Message<byte[]?, byte[]?> { Key = key, Value = value }, onDelivered);
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
        var producer = createProducer();
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
