using Confluent.Kafka;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Membership.Controls;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>
/// Decides what a lane sends, checkpoints, closes and releases of its tasks, and in which order. It has no thread and no consumer and never
/// waits, so a simulation can run it step by step. Called by the lane's thread only.
/// </summary>
internal sealed class LaneTasks
{
    /// <summary>Bytes of entries that a task may hold; beyond them they go to the records being filled, whatever their number.</summary>
    private const int MaxPendingBytes = 4 * 1024 * 1024;

    private readonly TaskEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly RecordAccumulator _records;
    private readonly LaneCheckpoints _checkpoints;
    private readonly LaneClosings _closings;
    private readonly LaneWork _work;
    private readonly Dictionary<TaskId, StreamTask> _running = [];
    private readonly HashSet<StreamTask> _unsent = [];
    private readonly HashSet<StreamTask> _unacknowledged = [];

    /// <summary>Tasks that process nothing until a checkpoint is durable, because of the entry at which their last run ended.</summary>
    private readonly Dictionary<TaskId, StreamTask> _held = [];

    /// <summary>Failed tasks with a checkpoint under way, whose outcome the next run must know.</summary>
    private readonly List<StreamTask> _failing = [];

    private readonly List<TopicPartitionOffset> _starting = [];
    private readonly List<TopicPartition> _stopped = [];
    private readonly Action<StreamTask> _onFailed;

    /// <summary>What operators wanted when the running tasks were last compared with it.</summary>
    private StageControls _controls = StageControls.None;

    /// <summary>The unsent task of the last record; null when it may have changed.</summary>
    private StreamTask? _last;

    /// <summary>Entries that went to the records being filled since the last <see cref="Send()"/>.</summary>
    private long _flushedEntries;

    /// <param name="options">When checkpoints are due, and when they are whole.</param>
    /// <param name="bounded">Whether the cluster keeps only the last records of a partition.</param>
    /// <param name="environment">What the tasks share.</param>
    /// <param name="writer">Makes checkpoints durable.</param>
    /// <param name="onFailed">Called when a task has failed and nothing of it is under way any more.</param>
    /// <param name="time">The clock.</param>
    public LaneTasks(
        StreamsOptions options, bool bounded, TaskEnvironment environment, ICheckpointWriter writer, Action<StreamTask> onFailed, TimeProvider time)
    {
        (_environment, _onFailed, _time) = (environment, onFailed, time);
        _records = new RecordAccumulator(environment.Sender, environment.Limits, environment.Layout);
        _checkpoints = new LaneCheckpoints(options, bounded, environment, writer, time) { Flush = Flush, OnFailed = (task, error) => Fail(task, TaskFailure.Of(error)) };
        _closings = new LaneClosings(_checkpoints, Forget, time);
        _work = new LaneWork(environment, time);
    }

    /// <summary>Where an input that is fetched ends, as the brokers said last; negative when they did not.</summary>
    /// <value>Default: they never do.</value>
    public Func<TopicPartition, long> EndOf { get; init; } = static _ => -1;

    public IReadOnlyCollection<StreamTask> Running => _running.Values;

    /// <summary>Whether tasks processed input whose outputs have not been sent.</summary>
    public bool HasUnsent => _unsent.Count > 0;

    public bool HasUnacknowledged => _unacknowledged.Count > 0;

    /// <summary>Whether the tasks that processed something whose outputs have not been sent have reached the ends of their inputs.</summary>
    public bool IsAtEnd => _unsent.All(static task => task.IsAtEnd);

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

    /// <summary>Bytes that tasks have emitted since the last <see cref="Send()"/>.</summary>
    public long UnsentBytes { get; private set; }

    /// <summary>Starts a restored task; <see cref="TakeStarting"/> says when to fetch its input.</summary>
    public void Add(StreamTask task)
    {
        if (task.State != TaskState.Restoring)
            return;
        if (!TryStart(task))
            return;
        _checkpoints.Schedule(task);
        if ((task.MustCheckpointFirst && !task.BeginsAtFirstRecord) || task.PendingReset is not null)
            _held.Add(task.Id, task);
        else
            Begin(task);
    }

    private bool TryStart(StreamTask task)
    {
        try
        {
            task.Start(Math.Max(task.CommittedOffset, 0));
            return true;
        }
#pragma warning disable CA1031 // Whatever this version cannot take of a state, it is this task's alone.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(task, new TaskFailure($"This version cannot go on with its state: {e.Message}", e));
            return false;
        }
    }

    /// <summary>Where to fetch the input of tasks that have begun to process since the last call.</summary>
    public IReadOnlyList<TopicPartitionOffset> TakeStarting() => Take(_starting);

    /// <summary>Partitions of tasks that have failed since the last call; there is no need to fetch them.</summary>
    public IReadOnlyList<TopicPartition> TakeStopped() => Take(_stopped);

    /// <summary>Stops a task alone. It is ignored if the task has left or failed already.</summary>
    public void Fail(StreamTask task, TaskFailure failure)
    {
        var before = task.State;
        if (before is TaskState.Failed or TaskState.Closed)
            return;
        task.Fail(failure);
        _last = null;
        _unsent.Remove(task);
        if (Remove(task))
            _stopped.Add(task.Id.TopicPartition);
        // A closing one is waited for by its closing.
        if (before != TaskState.Closing)
            _failing.Add(task);
    }

    /// <summary>Stops the running task of a partition alone; does nothing when there is none.</summary>
    public void Fail(TopicPartition partition, TaskFailure failure)
    {
        if (_running.TryGetValue(TaskId.Of(partition), out var task))
            Fail(task, failure);
    }

    /// <summary>First offset of a partition that its running task has not processed; -1 when no task runs here.</summary>
    public long PositionOf(TopicPartition partition) => _running.TryGetValue(TaskId.Of(partition), out var task) ? task.NextOffset : -1;

    /// <summary>The end of a partition is reached: what lies between the last record and it is none, such as the markers of transactions.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The offset that its next record gets, or a later one.</param>
    public void ObserveEnd(TopicPartition partition, long offset)
    {
        if (!_running.TryGetValue(TaskId.Of(partition), out var task))
            return;
        if (task.NextOffset < offset)
        {
            task.Skip(offset);
            _unsent.Add(task);
        }
        task.OnAtEnd(offset);
    }

    /// <summary>Applies a record.</summary>
    /// <returns>Number of entries applied; null when its task is no longer in this lane or fails.</returns>
    public int? Process(ConsumeResult<byte[]?, byte[]?> record)
    {
        // A consumer returns many records of one partition before it turns to another.
        if (_last is not { } task || task.Id.Partition != record.Partition.Value || task.Id.Topic != record.Topic)
        {
            if (!_running.TryGetValue(new TaskId(record.Topic, record.Partition.Value), out task))
                return null;
            _unsent.Add(task);
            _last = task;
            _work.SwitchTo(task.Id.Topic);
        }
        var before = task.Emitter.PendingBytes;
        if (task.HoldsBefore(record.Offset.Value))
        {
            // What lies between its position and the record is none.
            task.Skip(record.Offset.Value);
            Hold(task);
            return null;
        }
        if (TryProcess(task, record) is not { } entries)
            return null;
        if (!task.IsCaughtUp)
            CatchUp(task);
        UnsentBytes += task.Emitter.PendingBytes - before;
        _checkpoints.HastenIfLarge(task);
        _work.Add(entries, record.Message.Value?.Length ?? 0);
        if (task.Emitter.PendingBytes > MaxPendingBytes)
            Flush(task);
        return entries;
    }

    private void CatchUp(StreamTask task)
    {
        if (task.LacksEnd && EndOf(task.Id.TopicPartition) is >= 0 and var end)
            task.ObserveEnd(end);
        else
            task.ObserveProgress();
    }

    private int? TryProcess(StreamTask task, ConsumeResult<byte[]?, byte[]?> record)
    {
        try
        {
            return task.Process(record);
        }
#pragma warning disable CA1031 // Whatever a processor, a codec or a store throws, it is this task's alone.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(task, TaskFailure.Of(e));
            return null;
        }
    }

    /// <inheritdoc cref="LaneWork.Begin"/>
    public void BeginWork() => _work.Begin();

    /// <inheritdoc cref="LaneWork.End"/>
    public void EndWork() => _work.End();

    /// <summary>Sends all pending entries.</summary>
    /// <returns>The number of entries sent, and of records that hold them.</returns>
    public (long Entries, int Records) Send()
    {
        foreach (var task in _unsent)
            Flush(task);
        _unsent.Clear();
        _last = null;
        var entries = _flushedEntries;
        (UnsentBytes, _flushedEntries) = (0, 0);
        return (entries, _records.Send());
    }

    /// <summary>Observes acknowledgements and advances checkpoints and closings.</summary>
    public void Advance()
    {
        _work.AddToTotals();
        _unacknowledged.RemoveWhere(task =>
        {
            task.ObserveAcknowledgements();
            return task.AcknowledgedOffset == task.NextOffset;
        });
        if (_checkpoints.Advance(_running.Values))
            _records.Send();
        FollowControls();
        foreach (var task in _held.Values.Where(_checkpoints.AdvanceHeld).ToArray())
        {
            if (task.PendingReset is { } target)
            {
                task.MoveTo(target.NextOffset, target.ResetId);
                continue;
            }
            _held.Remove(task.Id);
            Begin(task);
        }
        AdvanceFailing();
        _closings.Advance();
    }

    /// <summary>
    /// Begins the last checkpoints of tasks that go on until they are closed: what they do afterwards, their next owners do again, and receivers drop it. So
    /// nothing stands still while a checkpoint is written.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="deadline">Timestamp of the lane's clock at which <paramref name="done"/> is set in any case.</param>
    /// <param name="done">Set to the number of tasks whose last checkpoint is durable.</param>
    public void BeginLastCheckpoints(IReadOnlyCollection<StreamTask> tasks, long deadline, TaskCompletionSource<int> done)
    {
        _closings.BeginLastCheckpoints([.. tasks.Where(task => _running.GetValueOrDefault(task.Id) == task)], deadline, done);
        _records.Send();
    }

    /// <summary>
    /// Begins a graceful stop of tasks: what they finished is sent and checkpointed until the deadline (a timestamp of the lane's clock); the
    /// rest is left to the next owner.
    /// </summary>
    /// <returns>Partitions to stop fetching.</returns>
    public List<TopicPartition> BeginClosing(IReadOnlyCollection<StreamTask> tasks, long deadline, TaskCompletionSource<int> done)
    {
        var removed = Remove(tasks);
        var closing = new List<StreamTask>(tasks.Count);
        foreach (var task in tasks)
        {
            if (task.State is TaskState.Restoring or TaskState.Closed)
            {
                Forget(task);
                continue;
            }
            _failing.Remove(task);
            // Both closings wait for a task that is already closing because the group revokes it while the process stops.
            if (task.State == TaskState.Running)
                task.BeginClosing();
            if (_unsent.Remove(task))
                Flush(task);
            closing.Add(task);
        }
        _records.Send();
        _closings.Begin(closing, deadline, done);
        return removed;
    }

    /// <summary>Begins to stop tasks of which nothing more is sent or checkpointed than what is under way already.</summary>
    /// <returns>Partitions to stop fetching.</returns>
    public List<TopicPartition> BeginAbandoning(IReadOnlyCollection<StreamTask> tasks, TaskCompletionSource<int> done)
    {
        foreach (var task in tasks.Where(task => task.State is TaskState.Running or TaskState.Closing))
            Fail(task, new TaskFailure("The member cannot go on."));
        return BeginClosing(tasks, _time.GetTimestamp(), done);
    }

    /// <summary>Stops tasks that this member has lost: nothing more of them is sent or checkpointed than what is in records with others' outputs already.</summary>
    /// <returns>Partitions to stop fetching.</returns>
    public List<TopicPartition> Discard(IReadOnlyCollection<StreamTask> tasks)
    {
        var removed = Remove(tasks);
        // Their pending checkpoints are not awaited: the brokers reject them, since the group has replaced this member.
        foreach (var task in tasks)
        {
            _failing.Remove(task);
            // So that the writer does not hold what it waits for in vain. What is in a transaction ends with it.
            if (!_checkpoints.TryAbandon(task))
                _checkpoints.Forget(task);
            Forget(task);
        }
        return removed;
    }

    private void Flush(StreamTask task)
    {
        _flushedEntries += task.Emitter.PendingEntries;
        Interlocked.Add(ref _environment.Totals.EntriesEmitted, task.Emitter.PendingEntries);
        task.Emitter.Flush(task.NextOffset, _records);
        _unacknowledged.Add(task);
    }

    /// <summary>Gives back failed tasks of which nothing is under way: until then a checkpoint of the failed run may still become durable.</summary>
    private void AdvanceFailing()
    {
        for (var i = _failing.Count - 1; i >= 0; i--)
        {
            var task = _failing[i];
            if (!_checkpoints.TryAbandon(task))
                continue;
            _failing.RemoveAt(i);
            _unacknowledged.Remove(task);
            task.Stores.Clear();
            _onFailed(task);
        }
    }

    /// <summary>
    /// Begins checkpoints of the tasks whose stage an operator has paused, whether or not it stood still before, and holds those that an operator wants to go on
    /// elsewhere until all that they did is durable.
    /// </summary>
    private void FollowControls()
    {
        var (before, controls) = (_controls, _environment.Controls());
        if (controls == before)
            return;
        _controls = controls;
        foreach (var task in _running.Values.Where(task => controls.IsPaused(task.Stage.Name) && !before.IsPaused(task.Stage.Name)))
            _checkpoints.Hasten(task);
        foreach (var task in _running.Values.Where(task => task.State == TaskState.Running && task.PendingReset is not null).ToArray())
            Hold(task);
    }

    /// <summary>Lets a task that an operator sent to an offset which is no longer there begin with the first record that is.</summary>
    /// <returns>Whether it does.</returns>
    public bool TryBeginAt(TopicPartition partition, long first)
    {
        if (_running.Values.FirstOrDefault(task => task.Id.TopicPartition == partition) is not { IsWhereItWasSent: true } task || task.NextOffset >= first)
            return false;
        Hold(task);
        task.MoveTo(first, task.ResetId);
        return true;
    }

    private void Hold(StreamTask task)
    {
        task.ReleaseHold();
        _last = null;
        if (Remove(task))
            _stopped.Add(task.Id.TopicPartition);
        if (_unsent.Remove(task))
            Flush(task);
        _records.Send();
        _held.Add(task.Id, task);
    }

    private void Begin(StreamTask task)
    {
        _running.Add(task.Id, task);
        _starting.Add(new(task.Id.TopicPartition, task.CommittedOffset >= 0 ? new Offset(task.CommittedOffset) : Offset.Beginning));
    }

    private List<TopicPartition> Remove(IReadOnlyCollection<StreamTask> tasks)
    {
        _last = null;
        return [.. tasks.Where(Remove).Select(task => task.Id.TopicPartition)];
    }

    /// <returns>Whether its input is fetched.</returns>
    private bool Remove(StreamTask task)
    {
        if (_held.GetValueOrDefault(task.Id) == task)
            _held.Remove(task.Id);
        if (_running.GetValueOrDefault(task.Id) != task)
            return false;
        _running.Remove(task.Id);
        return _starting.RemoveAll(starting => starting.TopicPartition == task.Id.TopicPartition) == 0;
    }

    private static List<T> Take<T>(List<T> list)
    {
        List<T> taken = [.. list];
        list.Clear();
        return taken;
    }

    private void Forget(StreamTask task) => Forget(task, isDurable: false);

    private void Forget(StreamTask task, bool isDurable)
    {
        _unsent.Remove(task);
        _unacknowledged.Remove(task);
        if (task.State == TaskState.Closed)
            return;
        task.Close();
        if (isDurable && _environment.RetainedStates is { } retained)
            retained.Add(task);
        else
            task.Stores.Clear();
    }
}
