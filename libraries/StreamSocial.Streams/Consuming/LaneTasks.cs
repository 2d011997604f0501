using Confluent.Kafka;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>
/// What a lane decides about its tasks: what is sent, checkpointed, closed and let go, and in which order. It has no thread, no consumer
/// and waits for nothing, so that a simulation can run it step by step. Called by the lane's thread only.
/// </summary>
internal sealed class LaneTasks
{
    private readonly TaskEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly RecordAccumulator _records;
    private readonly LaneCheckpoints _checkpoints;
    private readonly Dictionary<TaskId, StreamTask> _running = [];
    private readonly HashSet<StreamTask> _unsent = [];
    private readonly HashSet<StreamTask> _unacknowledged = [];
    private readonly List<LaneClosing> _closings = [];

    /// <summary>The unsent task of the last record; null when that is no longer certain.</summary>
    private StreamTask? _last;
    private long _consumed;
    private long _processed;
    private long _inputBytes;

    public LaneTasks(StreamsOptions options, bool bounded, TaskEnvironment environment, ICheckpointWriter writer, TimeProvider time)
    {
        (_environment, _time) = (environment, time);
        _records = new RecordAccumulator(environment.Sender);
        _checkpoints = new LaneCheckpoints(options, bounded, environment.Totals, writer, _records, time);
    }

    public IReadOnlyCollection<StreamTask> Running => _running.Values;

    /// <summary>Whether tasks processed input whose outputs were not sent.</summary>
    public bool HasUnsent => _unsent.Count > 0;

    public bool HasUnacknowledged => _unacknowledged.Count > 0;

    /// <summary>Entries that tasks hold until <see cref="Send()"/>.</summary>
    public long PendingEntries
    {
        get
        {
            var entries = 0L;
            foreach (var task in _unsent)
                entries += task.Emitter.PendingEntries;
            return entries;
        }
    }

    /// <summary>Starts a restored task.</summary>
    /// <returns>Where to fetch its input from; null when it is not wanted any more.</returns>
    public TopicPartitionOffset? Add(StreamTask task)
    {
        if (task.State.Current != TaskState.Restoring)
            return null;
        task.Start(Math.Max(task.CommittedOffset, 0));
        _checkpoints.Schedule(task);
        _running.Add(task.Id, task);
        return new TopicPartitionOffset(task.Id.TopicPartition, task.CommittedOffset >= 0 ? new Offset(task.CommittedOffset) : Offset.Beginning);
    }

    /// <summary>Applies a record; false when its task is not here any more.</summary>
    public bool Process(ConsumeResult<byte[]?, byte[]?> record)
    {
        // A consumer hands out many records of a partition before it goes on to another.
        if (_last is not { } task || task.Id.Partition != record.Partition.Value || task.Id.Topic != record.Topic)
        {
            if (!_running.TryGetValue(new TaskId(record.Topic, record.Partition.Value), out task))
                return false;
            _unsent.Add(task);
            _last = task;
        }
        _processed += task.Process(record);
        _consumed++;
        _inputBytes += record.Message.Value?.Length ?? 0;
        return true;
    }

    /// <summary>Sends what waits.</summary>
    /// <returns>Entries that were sent, and in how many records.</returns>
    public (long Entries, int Records) Send()
    {
        var entries = 0L;
        foreach (var task in _unsent)
        {
            entries += task.Emitter.PendingEntries;
            Flush(task);
        }
        _unsent.Clear();
        _last = null;
        Interlocked.Add(ref _environment.Totals.EntriesEmitted, entries);
        return (entries, _records.Send());
    }

    /// <summary>Takes notice of acknowledgements, and moves checkpoints and closings on.</summary>
    public void Advance()
    {
        AddTotals();
        _unacknowledged.RemoveWhere(task =>
        {
            task.ObserveAcknowledgements();
            return task.AcknowledgedOffset == task.NextOffset;
        });
        _checkpoints.Advance(_running.Values);
        AdvanceClosings();
    }

    /// <summary>
    /// Begins to stop tasks in good order: what they finished is sent and checkpointed until the deadline (a timestamp of the lane's
    /// clock), the rest is left to the next owner.
    /// </summary>
    /// <returns>Partitions to fetch no more.</returns>
    public List<TopicPartition> BeginClosing(IReadOnlyCollection<StreamTask> tasks, long deadline, TaskCompletionSource<int> done)
    {
        var removed = Remove(tasks);
        var closing = new LaneClosing([], deadline, done);
        foreach (var task in tasks)
        {
            if (task.State.Current is TaskState.Restoring or TaskState.Closed)
            {
                Forget(task);
                continue;
            }
            // A task that is closing already, because the group asks for it while the process stops, is waited for by both.
            if (task.State.Current == TaskState.Running)
                task.State.MoveTo(TaskState.Closing);
            if (_unsent.Remove(task))
                Flush(task);
            closing.Tasks.Add(task);
        }
        _records.Send();
        _closings.Add(closing);
        return removed;
    }

    /// <summary>Stops tasks that are not this member's any more: nothing of them is sent or checkpointed.</summary>
    /// <returns>Partitions to fetch no more.</returns>
    public List<TopicPartition> Discard(IReadOnlyCollection<StreamTask> tasks)
    {
        var removed = Remove(tasks);
        // Their captures are not awaited: the brokers refuse them, for the group has gone on without this member.
        foreach (var task in tasks)
            Forget(task);
        return removed;
    }

    private void AddTotals()
    {
        Interlocked.Add(ref _environment.Totals.RecordsConsumed, _consumed);
        Interlocked.Add(ref _environment.Totals.EntriesProcessed, _processed);
        Interlocked.Add(ref _environment.Totals.InputBytes, _inputBytes);
        (_consumed, _processed, _inputBytes) = (0, 0, 0);
    }

    private void Flush(StreamTask task)
    {
        task.Emitter.Flush(task.NextOffset, _records);
        _unacknowledged.Add(task);
    }

    private void AdvanceClosings()
    {
        for (var i = _closings.Count - 1; i >= 0; i--)
        {
            var closing = _closings[i];
            var expired = _time.GetTimestamp() >= closing.Deadline;
            closing.Done += closing.Tasks.RemoveAll(task => _checkpoints.AdvanceLast(task) && Forget(task, committed: true));
            if (expired)
                closing.Tasks.RemoveAll(task => _checkpoints.TryAbandon(task) && Forget(task));
            if (closing.Tasks.Count > 0)
                continue;
            _closings.RemoveAt(i);
            closing.Checkpointed.SetResult(closing.Done);
        }
    }

    private List<TopicPartition> Remove(IReadOnlyCollection<StreamTask> tasks)
    {
        _last = null;
        return [.. tasks.Where(task => _running.GetValueOrDefault(task.Id) == task && _running.Remove(task.Id)).Select(task => task.Id.TopicPartition)];
    }

    private bool Forget(StreamTask task, bool committed = false)
    {
        _unsent.Remove(task);
        _unacknowledged.Remove(task);
        if (task.State.Current == TaskState.Closed)
            return true;
        task.State.MoveTo(TaskState.Closed);
        if (committed && _environment.Warm is { } warm)
            warm.Keep(task);
        else
            task.Stores.Clear();
        return true;
    }
}

/// <summary>Tasks that leave a lane together: their last outputs and checkpoints are under way until the deadline.</summary>
/// <param name="Tasks">Those not yet closed.</param>
/// <param name="Deadline">Timestamp of the lane's clock.</param>
/// <param name="Checkpointed">Set to the number of tasks whose last checkpoint is durable.</param>
internal sealed record LaneClosing(List<StreamTask> Tasks, long Deadline, TaskCompletionSource<int> Checkpointed)
{
    public int Done { get; set; }
}
