using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// For a cluster without transactions: writes checkpoints as plain records that carry the offset of their owner's fencing record, closed
/// by the commit record. The producer keeps their order, so a commit in the log has all its changes before it, and a reader ignores what a
/// superseded owner wrote.
/// </summary>
/// <remarks>
/// A delayed fencing record of a member that was removed from the group supersedes the owner that came after it. That owner notices: the
/// log has no holes, so its commit is not at the expected offset when somebody else has written. It then sends a new fencing record and
/// writes the whole state.
/// </remarks>
internal sealed class FencedCheckpointWriter(IRecordSender sender, string memberId, Action<Error> onFailed, TimeProvider time) : ICheckpointWriter
{
    private readonly Dictionary<CheckpointSnapshot, FencedCheckpoint> _writing = [];
    private readonly Lock _gate = new();

    public void Write(StreamTask task, CheckpointSnapshot snapshot)
    {
        var checkpoint = new FencedCheckpoint(task, snapshot, onFailed);
        lock (_gate)
            _writing.Add(snapshot, checkpoint);
        if (task.FencingOffset >= 0)
            checkpoint.Send(sender);
        else
            FencingRecords.Send(sender, task.Changelog, memberId, time, checkpoint);
    }

    public bool IsDurable(CheckpointSnapshot snapshot)
    {
        lock (_gate)
        {
            if (!_writing.TryGetValue(snapshot, out var checkpoint))
                return false;
            if (checkpoint.IsNewlyFenced)
                checkpoint.Send(sender);
            if (!checkpoint.IsAcknowledged)
                return false;
            _writing.Remove(snapshot);
            if (snapshot.CommitOffset >= 0)
                return true;
            checkpoint.Task.OnSuperseded();
            snapshot.Reject();
            return false;
        }
    }

    /// <summary>Readers ignore what still arrives after the new owner's fencing record.</summary>
    public bool TryAbandon(CheckpointSnapshot snapshot)
    {
        lock (_gate)
            _writing.Remove(snapshot);
        return true;
    }

    public void Dispose()
    {
        // The member owns the sender.
    }

    /// <summary>One checkpoint that is being written, and the delivery of a new fencing record if it needs one.</summary>
    private sealed class FencedCheckpoint(StreamTask task, CheckpointSnapshot snapshot, Action<Error> onFailed) : IDeliveryHandler
    {
        private readonly PendingFlush _flush = new(snapshot.NextOffset, onFailed);
        private long _newFencingOffset = -1;
        private long _expectedOffset;

        public StreamTask Task => task;

        /// <summary>Whether the fencing record that it waited for is acknowledged.</summary>
        public bool IsNewlyFenced => task.FencingOffset < 0 && Interlocked.Read(ref _newFencingOffset) >= 0;

        public bool IsAcknowledged => _flush.IsAcknowledged;

        public void Send(IRecordSender sender)
        {
            if (task.FencingOffset < 0)
            {
                task.OnFenced(Interlocked.Read(ref _newFencingOffset));
                snapshot.FenceWith(task.FencingOffset);
            }
            foreach (var record in snapshot.ToRecords(task.Environment.Limits.Current.MaxDataBytes, task.Stores.Parted))
            {
                task.TakeChangelogOffset();
                Send(sender, record, _flush);
            }
            _expectedOffset = task.TakeChangelogOffset();
            Send(sender, new ChangelogRecord(ChangelogKeys.Commit, snapshot.Commit.ToByteArray(), Parts: 0), new CommitDelivery(this));
            _flush.Seal();
        }

        void IDeliveryHandler.OnDelivered(long token, long offset, Error? error)
        {
            if (error is not null)
                onFailed(error);
            else
                Interlocked.Exchange(ref _newFencingOffset, offset);
        }

        private void Send(IRecordSender sender, in ChangelogRecord record, IDeliveryHandler handler)
        {
            _flush.AddRecord();
            var headers = new Headers { { ChangelogKeys.OwnerHeader, RecordHeaders.EncodeSequence(task.FencingOffset) } };
            record.AddHeader(headers);
            var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Headers = headers };
            sender.Send(task.Changelog.Topic, task.Changelog.Partition.Value, message, handler, token: 0);
        }

        private void OnCommitDelivered(long token, long offset, Error? error)
        {
            // At the expected offset nobody else has written since the fencing record.
            snapshot.OnCommitDelivered(error is null && offset == _expectedOffset ? offset : -1);
            _flush.OnDelivered(token, offset, error);
        }

        private sealed class CommitDelivery(FencedCheckpoint checkpoint) : IDeliveryHandler
        {
            public void OnDelivered(long token, long offset, Error? error) => checkpoint.OnCommitDelivered(token, offset, error);
        }
    }
}
