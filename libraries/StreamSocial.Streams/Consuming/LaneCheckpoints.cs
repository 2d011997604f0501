using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>
/// The checkpoints of a lane's tasks: taken when due, written when the outputs they cover are acknowledged, complete when durable.
/// Called by the lane's thread only.
/// </summary>
/// <param name="options">When checkpoints are due, and when they are whole.</param>
/// <param name="bounded">Whether the cluster keeps only the last records of a partition.</param>
/// <param name="environment">Counts and measures them.</param>
/// <param name="writer">Makes them durable.</param>
/// <param name="time">The clock.</param>
internal sealed class LaneCheckpoints(
    StreamsOptions options, bool bounded, TaskEnvironment environment, ICheckpointWriter writer, TimeProvider time)
{
    /// <summary>Checkpoints begun in one round, so that a burst of due tasks does not stop the lane.</summary>
    private const int MaxBeginsPerRound = 8;

    /// <summary>
    /// Bytes of a copy, and of what follows it, that are still written where a partition keeps only its last 5 MiB: more would push the copy's beginning out, and
    /// nobody could restore it. What is left is for the fencing records of a thousand owners.
    /// </summary>
    private const long MostBoundedBytes = (4 * 1024 + 768) * 1024;

    /// <summary>Bytes of a changelog record besides the changes in it: framing and headers, or a commit.</summary>
    private const int RecordBytes = 200;

    private readonly HashSet<StreamTask> _pending = [];
    private readonly PriorityQueue<StreamTask, long> _due = new();
    private readonly HashSet<StreamTask> _hastened = [];

    /// <summary>Tasks whose last checkpoint has begun though they go on: what they do afterwards is left to their next owners.</summary>
    private readonly HashSet<StreamTask> _last = [];
    private int _scheduled;

    /// <summary>Takes a task's outputs, which leave with those of the lane's other tasks.</summary>
    public required Action<StreamTask> Flush { get; init; }

    /// <summary>Called when a task's state cannot be captured.</summary>
    public required Action<StreamTask, Exception> OnFailed { get; init; }

    /// <summary>Spreads the task's checkpoints over the interval.</summary>
    public void Schedule(StreamTask task)
    {
        var interval = Ticks(options.CheckpointInterval);
        // Successive multiples of the golden ratio fill the interval evenly whatever the number of tasks.
        var phase = (++_scheduled * 0.6180339887498949) % 1.0;
        _due.Enqueue(task, time.GetTimestamp() + (long)(interval * phase) + 1);
    }

    /// <summary>
    /// Begins the task's checkpoint in the next round if its uncheckpointed input nears what the cluster keeps of a partition: a successor must still
    /// find it, and the partition's writers wait for the checkpoint.
    /// </summary>
    public void HastenIfLarge(StreamTask task)
    {
        if (bounded && task.PendingCheckpoint is null && IsLarge(task))
            _hastened.Add(task);
    }

    /// <summary>Begins the task's checkpoint in the next round, or when the one that is under way is durable.</summary>
    public void Hasten(StreamTask task) => _hastened.Add(task);

    /// <summary>Begins the checkpoints that are due and advances the pending ones.</summary>
    /// <returns>Whether one of those begun cannot wait until the lane sends outputs.</returns>
    public bool Advance(IReadOnlyCollection<StreamTask> running)
    {
        if (running.Count == 0 && _pending.Count == 0)
            return false;
        _pending.RemoveWhere(Complete);
        var isUrgent = false;
        foreach (var task in _hastened.Where(task => task is not { State: TaskState.Running, PendingCheckpoint: not null }).ToArray())
        {
            _hastened.Remove(task);
            if (task is not { State: TaskState.Running, HasUncommittedInput: true } || _last.Contains(task))
                continue;
            Begin(task);
            isUrgent = true;
        }
        var now = time.GetTimestamp();
        for (var begun = 0; begun < MaxBeginsPerRound && _due.TryPeek(out var task, out var at) && at <= now;)
        {
            _due.Dequeue();
            if (task.State != TaskState.Running || _last.Contains(task))
                continue;
            _due.Enqueue(task, now + Ticks(options.CheckpointInterval));
            if (task.PendingCheckpoint is not null || !task.HasUncommittedInput)
                continue;
            Begin(task);
            begun++;
        }
        return isUrgent;
    }

    /// <summary>Advances the checkpoint of a task that waits for it; true when all that the task did is durable.</summary>
    public bool AdvanceHeld(StreamTask task)
    {
        if (task.PendingCheckpoint is not null)
        {
            writer.Hurry();
            return false;
        }
        if (task is { MustCheckpointFirst: false, HasUncommittedInput: false })
            return true;
        Begin(task);
        return false;
    }

    /// <summary>Begins the last checkpoint of a task that goes on until it is durable; one that is under way is the last.</summary>
    /// <returns>Whether one is under way.</returns>
    public bool BeginLast(StreamTask task)
    {
        _last.Add(task);
        if (task.PendingCheckpoint is null && task.HasUncommittedInput)
            Begin(task, mayCopy: false);
        return task.PendingCheckpoint is not null;
    }

    /// <summary>Whether the last checkpoint of a task that goes on is durable.</summary>
    public bool IsLastDurable(StreamTask task)
    {
        if (task is not { State: TaskState.Running, PendingCheckpoint: not null })
            return true;
        writer.Hurry();
        return false;
    }

    /// <summary>Advances the last checkpoint of a closing task; true when everything that it processed is durable.</summary>
    public bool AdvanceLast(StreamTask task)
    {
        if (task.State is TaskState.Failed or TaskState.Closed)
            return false;
        if (task.PendingCheckpoint is not null)
        {
            task.ObserveAcknowledgements();
            if (!Complete(task))
            {
                writer.Hurry();
                return false;
            }
            _pending.Remove(task);
        }
        if (!task.HasUncommittedInput)
            return Forget(task);
        if (_last.Contains(task))
            return false;
        // A copy may take longer than there is time, so it is one only where it must be.
        Begin(task, mayCopy: false);
        return false;
    }

    /// <summary>Whether a task whose deadline has passed can be released without its last checkpoint.</summary>
    public bool TryAbandon(StreamTask task)
    {
        if (task.PendingCheckpoint is { IsWriting: true } snapshot && !writer.TryAbandon(snapshot))
            return false;
        _pending.Remove(task);
        return Forget(task);
    }

    /// <summary>Forgets a task that leaves; true.</summary>
    public bool Forget(StreamTask task)
    {
        _last.Remove(task);
        return true;
    }

    private void Begin(StreamTask task, bool wholeAgain = false, bool mayCopy = true)
    {
        // A snapshot covers the input processed so far, and is written when its outputs are acknowledged.
        if (task.Emitter.PendingEntries > 0)
            Flush(task);
        var began = time.GetTimestamp();
        try
        {
            var whole = wholeAgain || (mayCopy && IsFullCopyDue(task));
            Capture(task, whole).CapturedFrom(began);
            _pending.Add(task);
        }
#pragma warning disable CA1031 // Whatever a store or a codec throws, it is this task's alone.
        catch (Exception e)
#pragma warning restore CA1031
        {
            OnFailed(task, e);
        }
    }

    private CheckpointSnapshot Capture(StreamTask task, bool whole)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var snapshot = task.BeginCheckpoint(whole, packed: HasFullCopies(task), now);
        if (!bounded)
            return snapshot;
        var copy = CopyBytes(task);
        if (copy > MostBoundedBytes)
            throw new StateTooLargeException(copy, MostBoundedBytes);
        // What follows the changes: the next copy is to be there before it pushes out the beginning of the last, however much is added until then, so half of what is
        // kept is left for it. Two larger ones never fit.
        var next = 2 * copy <= MostBoundedBytes ? Math.Max(copy + snapshot.LogBytes, MostBoundedBytes / 2) : 0;
        // A copy needs no removals: the second capture has none.
        return whole || GrownBytes(task) + snapshot.LogBytes + next <= MostBoundedBytes ? snapshot : task.BeginCheckpoint(whole: true, packed: true, now);
    }

    /// <summary>Advances the pending checkpoint; true when there is nothing more to do for it.</summary>
    private bool Complete(StreamTask task)
    {
        if (task.State is TaskState.Failed or TaskState.Closed || task.PendingCheckpoint is not { } snapshot)
            return true;
        if (!snapshot.IsWriting)
        {
            if (task.AcknowledgedOffset < snapshot.NextOffset)
                return false;
            snapshot.BeginWriting();
            writer.Write(task, snapshot);
            return false;
        }
        if (!writer.IsDurable(snapshot))
        {
            if (snapshot.IsRejected)
                Begin(task, wholeAgain: true);
            return false;
        }
        task.OnCheckpointDurable();
        Interlocked.Increment(ref environment.Totals.Checkpoints);
        Interlocked.Add(ref environment.Totals.ChangelogBytes, snapshot.Bytes);
        environment.Instruments?.Checkpointed(task.Id.Topic, time.GetElapsedTime(snapshot.CapturedAt));
        HastenIfLarge(task);
        return true;
    }

    /// <summary>Most bytes that a copy takes: each key begins with its store's id.</summary>
    private static long CopyBytes(StreamTask task) => ChangePack.MostBytesOf(task.Stores.Count, task.Stores.Bytes + task.Stores.Count);

    /// <summary>Bytes that the changelog has from the beginning of the last copy on.</summary>
    private static long GrownBytes(StreamTask task) => task.ChangelogGrowth.Bytes + (RecordBytes * task.ChangelogGrowth.Records);

    private bool HasFullCopies(StreamTask task) => bounded || task.Stores.Bytes <= options.FullCopyMaxBytes;

    private bool IsFullCopyDue(StreamTask task)
    {
        var (bytes, records) = task.ChangelogGrowth;
        // The last copy counts. That of a task that leaves is one only where it must be.
        if (bounded)
            return GrownBytes(task) >= Math.Max(options.FullCopyAfterBytes, options.FullCopyAfterGrowth * CopyBytes(task)) || records >= options.FullCopyAfterRecords;
        // Some at a time: the copies of all tasks would not fit into a transaction's time.
        var copying = _pending.Sum(pending => pending.PendingCheckpoint is { Whole: true } copy ? copy.Bytes : 0);
        if (copying > 0 && copying + task.Stores.Bytes > options.FullCopyMaxBytes)
            return false;
        // A state that has grown too large gets a last copy, which takes the place of the packs.
        return HasFullCopies(task) ? bytes >= options.FullCopyAfterGrowth * CopyBytes(task) : task.HasPacks;
    }

    private bool IsLarge(StreamTask task) =>
        task.Uncommitted is var (bytes, records) && (bytes >= options.CheckpointAfterBytes || records >= options.CheckpointAfterRecords);

    private long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);
}

/// <summary>A copy of a state has grown beyond what the embedded cluster keeps of a partition; the task stops at its last checkpoint, which can be restored.</summary>
internal sealed class StateTooLargeException(long bytes, long most) : Exception(
    $"A copy of the state takes up to {bytes:N0} bytes. Embedded brokers keep only the last 5 MiB of a changelog partition, so one of more than {most:N0} could not be restored. "
    + "It needs brokers that compact (Kafka:Source), or topics of more partitions.");
