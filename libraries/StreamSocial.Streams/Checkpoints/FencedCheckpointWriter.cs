using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// Writes checkpoints as plain records, each with its owner's claim, closed by the commit record: the producer keeps their order, so
/// a commit that is there has all its changes before it, and a reader ignores what a superseded owner wrote.
/// </summary>
/// <remarks>
/// A claim that was delayed until its member was put out supersedes the owner that came after it. An owner notices: in a log without
/// holes its commit is not where it must be when somebody else has written. It claims again then, and writes the whole state.
/// </remarks>
internal sealed class FencedCheckpointWriter(IRecordSender sender, string memberId, Action<Error> onFailed, TimeProvider time) : ICheckpointWriter
{
    private readonly Dictionary<CheckpointSnapshot, FencedCheckpoint> _writing = [];
    private readonly Lock _gate = new();

    public void Write(StreamTask task, CheckpointSnapshot capture)
    {
        var write = new FencedCheckpoint(task, capture, onFailed);
        lock (_gate)
            _writing.Add(capture, write);
        if (task.Claim >= 0)
            write.Send(sender);
        else
            FencingRecords.Send(sender, task.Changelog, memberId, time, write);
    }

    public bool IsDurable(CheckpointSnapshot capture)
    {
        lock (_gate)
        {
            if (!_writing.TryGetValue(capture, out var write))
                return false;
            if (write.HasNewClaim)
                write.Send(sender);
            if (!write.IsAcknowledged)
                return false;
            _writing.Remove(capture);
            if (capture.CommitOffset >= 0)
                return true;
            write.Task.Claim = -1;
            capture.IsRefused = true;
            return false;
        }
    }

    /// <summary>The new owner's claim makes what still arrives invalid.</summary>
    public bool TryAbandon(CheckpointSnapshot capture)
    {
        lock (_gate)
            _writing.Remove(capture);
        return true;
    }

    public void Dispose()
    {
        // The sender is the member's.
    }
}

/// <summary>One checkpoint on its way under a claim, and the delivery of the claim where it needs a new one.</summary>
internal sealed class FencedCheckpoint(StreamTask task, CheckpointSnapshot capture, Action<Error> onFailed) : IDeliveryHandler
{
    private readonly PendingFlush _mark = new(capture.NextOffset, onFailed);
    private long _newClaim = -1;
    private long _expectedOffset;

    public StreamTask Task => task;

    /// <summary>Whether the claim that it waited for is there.</summary>
    public bool HasNewClaim => task.Claim < 0 && Interlocked.Read(ref _newClaim) >= 0;

    public bool IsAcknowledged => _mark.IsAcknowledged;

    public void Send(IRecordSender sender)
    {
        if (task.Claim < 0)
        {
            task.Claim = capture.Commit.Owner = Interlocked.Read(ref _newClaim);
            task.ChangelogRecordsWritten = 0;
        }
        var headers = new Headers { { ChangelogKeys.OwnerHeader, RecordHeaders.EncodeSequence(task.Claim) } };
        foreach (var (key, value) in capture.Changes)
            Send(sender, key, value, headers, _mark);
        // As far behind the claim as there are records under it: nobody else has written since.
        _expectedOffset = task.Claim + task.ChangelogRecordsWritten + 1;
        Send(sender, ChangelogKeys.Commit, capture.Commit.ToByteArray(), headers, new CommitDelivery(this));
        _mark.Seal();
    }

    void IDeliveryHandler.OnDelivered(long token, long offset, Error? error)
    {
        if (error is not null)
            onFailed(error);
        else
            Interlocked.Exchange(ref _newClaim, offset);
    }

    private void Send(IRecordSender sender, byte[] key, byte[]? value, Headers headers, IDeliveryHandler handler)
    {
        task.ChangelogRecordsWritten++;
        _mark.AddRecord();
        sender.Send(task.Changelog.Topic, task.Changelog.Partition.Value, new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = headers }, handler, token: 0);
    }

    private void CommitDelivered(long token, long offset, Error? error)
    {
        capture.CommitOffset = error is null && offset == _expectedOffset ? offset : -1;
        _mark.OnDelivered(token, offset, error);
    }

    private sealed class CommitDelivery(FencedCheckpoint write) : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error) => write.CommitDelivered(token, offset, error);
    }
}
