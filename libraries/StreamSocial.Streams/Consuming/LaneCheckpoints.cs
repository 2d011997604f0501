using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>
/// The checkpoints of a lane's tasks: captured when due, written when the outputs they cover are acknowledged, noted when durable.
/// Called by the lane's thread only.
/// </summary>
internal sealed class LaneCheckpoints(
    StreamsOptions options, bool bounded, MemberTotals totals, ICheckpointWriter writer, RecordAccumulator records, TimeProvider time)
{
    /// <summary>Captures begun in one round, so that a burst of due tasks does not stop the lane.</summary>
    private const int MaxCapturesPerRound = 8;

    private readonly HashSet<StreamTask> _underWay = [];
    private readonly PriorityQueue<StreamTask, long> _due = new();
    private int _scheduled;

    /// <summary>Spreads the task's checkpoints over the interval.</summary>
    public void Schedule(StreamTask task)
    {
        var interval = Ticks(options.CheckpointInterval);
        // Successive multiples of the golden ratio fill the interval evenly whatever the number of tasks.
        var phase = (++_scheduled * 0.6180339887498949) % 1.0;
        _due.Enqueue(task, time.GetTimestamp() + (long)(interval * phase) + 1);
    }

    /// <summary>Begins what is due and moves on what is under way.</summary>
    public void Advance(IReadOnlyCollection<StreamTask> running)
    {
        if (running.Count == 0 && _underWay.Count == 0)
            return;
        _underWay.RemoveWhere(Complete);
        var now = time.GetTimestamp();
        for (var captures = 0; captures < MaxCapturesPerRound && _due.TryPeek(out var task, out var at) && at <= now;)
        {
            _due.Dequeue();
            if (task.State.Current != TaskState.Running)
                continue;
            _due.Enqueue(task, now + Ticks(options.CheckpointInterval));
            if (task.Capture is not null || !task.HasUncommittedInput)
                continue;
            Begin(task);
            captures++;
        }
    }

    /// <summary>Moves the last checkpoint of a closing task on; true when all that it processed is durable.</summary>
    public bool AdvanceLast(StreamTask task)
    {
        if (task.State.Current == TaskState.Closed)
            return true;
        if (task.Capture is not null)
        {
            task.ObserveAcknowledgements();
            if (!Complete(task))
                return false;
            _underWay.Remove(task);
        }
        if (!task.HasUncommittedInput)
            return true;
        Begin(task);
        return false;
    }

    /// <summary>Whether a task whose time is up can be let go without its last checkpoint.</summary>
    public bool TryAbandon(StreamTask task)
    {
        if (task.Capture is { IsWriting: true } capture && !writer.TryAbandon(capture))
            return false;
        _underWay.Remove(task);
        return true;
    }

    private void Begin(StreamTask task, bool wholeAgain = false)
    {
        // A capture covers the input processed so far, so its outputs must be on their way.
        if (task.Emitter.PendingEntries > 0)
        {
            task.Emitter.Flush(task.NextOffset, records);
            records.Send();
        }
        var growth = task.ChangelogGrowth;
        var whole = wholeAgain || (bounded && (growth.Bytes >= options.FullCopyAfterBytes || growth.Records >= options.FullCopyAfterRecords));
        task.BeginCheckpoint(whole, time.GetUtcNow().ToUnixTimeMilliseconds());
        _underWay.Add(task);
    }

    /// <summary>Moves a capture on; true when there is nothing more to do for it.</summary>
    private bool Complete(StreamTask task)
    {
        if (task.State.Current == TaskState.Closed || task.Capture is not { } capture)
            return true;
        if (!capture.IsWriting)
        {
            if (task.AcknowledgedOffset < capture.NextOffset)
                return false;
            capture.IsWriting = true;
            writer.Write(task, capture);
            return false;
        }
        if (!writer.IsDurable(capture))
        {
            if (capture.IsRefused)
                Begin(task, wholeAgain: true);
            return false;
        }
        if (capture.Whole)
            task.ChangelogGrowth.Reset();
        task.ChangelogGrowth.Add(capture.Bytes, capture.Changes.Count + 1);
        task.CommittedOffset = capture.NextOffset;
        task.NextChangelogOffset = capture.CommitOffset >= 0 ? capture.CommitOffset + 1 : -1;
        task.Capture = null;
        Interlocked.Increment(ref totals.Checkpoints);
        Interlocked.Add(ref totals.ChangelogBytes, capture.Bytes);
        return true;
    }

    private long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);
}
