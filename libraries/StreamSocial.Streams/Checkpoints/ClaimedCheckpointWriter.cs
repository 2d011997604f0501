using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// Writes checkpoints as plain records, each with its owner's claim, closed by the commit record: the producer keeps their order, so
/// a commit that is there has all its changes before it, and a reader ignores what a superseded owner wrote.
/// </summary>
/// <remarks>
/// A claim that was delayed until its member was put out supersedes the owner that came after it. An owner notices: in a log without
/// holes its commit is not where it must be when somebody else has written. It claims again then, and writes the whole state.
/// </remarks>
internal sealed class ClaimedCheckpointWriter(IRecordSender sender, string memberId, Action<Error> onFailed, TimeProvider time) : ICheckpointWriter
{
    private readonly Dictionary<TaskCapture, ClaimedWrite> _writing = [];
    private readonly Lock _gate = new();

    public void Write(StreamTask task, TaskCapture capture)
    {
        var write = new ClaimedWrite(task, capture, onFailed);
        lock (_gate)
            _writing.Add(capture, write);
        if (task.Claim >= 0)
            write.Send(sender);
        else
            ChangelogClaim.Send(sender, task.Changelog, memberId, time, write);
    }

    public bool IsDurable(TaskCapture capture)
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
}
