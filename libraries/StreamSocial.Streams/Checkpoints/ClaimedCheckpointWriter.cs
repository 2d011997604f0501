using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events.Runtime;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// Writes checkpoints as plain records, each with its owner's claim, closed by the commit record: the producer keeps their order, so
/// a commit that is there has all its changes before it, and a reader ignores what a superseded owner wrote.
/// </summary>
internal sealed class ClaimedCheckpointWriter(IRecordSender sender, Action<Error> onFailed) : ICheckpointWriter
{
    private readonly Dictionary<TaskCapture, FlushMark> _writing = [];
    private readonly Lock _gate = new();

    public void Write(StreamTask task, TaskCapture capture)
    {
        var mark = new FlushMark(capture.NextOffset, onFailed);
        lock (_gate)
            _writing.Add(capture, mark);
        var headers = new Headers { { ChangelogKeys.OwnerHeader, RecordHeaders.EncodeSequence(task.Claim) } };
        foreach (var (key, value) in capture.Changes)
            Send(task, key, value, headers, mark);
        // In a log without holes, a commit that is as far behind the claim as there are records under it has no other owner's among them.
        var expected = task.Claim + task.ChangelogRecordsWritten + 1;
        Send(task, ChangelogKeys.Commit, capture.Commit.ToByteArray(), headers, mark, new CommitDelivery(capture, mark, expected));
        mark.Seal();
    }

    public bool IsDurable(TaskCapture capture)
    {
        lock (_gate)
            return _writing.TryGetValue(capture, out var mark) && mark.IsAcknowledged && _writing.Remove(capture);
    }

    /// <summary>The new owner's claim makes what still arrives invalid.</summary>
    public bool TryAbandon(TaskCapture capture)
    {
        lock (_gate)
            _writing.Remove(capture);
        return true;
    }

    public void Dispose()
    {
        // The sender is the member's.
    }

    private void Send(StreamTask task, byte[] key, byte[]? value, Headers headers, FlushMark mark, IDeliveryHandler? handler = null)
    {
        task.ChangelogRecordsWritten++;
        mark.AddRecord();
        sender.Send(task.Changelog.Topic, task.Changelog.Partition.Value, new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = headers }, handler ?? mark, token: 0);
    }

    private sealed class CommitDelivery(TaskCapture capture, FlushMark mark, long expectedOffset) : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error)
        {
            capture.CommitOffset = error is null && offset == expectedOffset ? offset : -1;
            mark.OnDelivered(token, offset, error);
        }
    }
}
