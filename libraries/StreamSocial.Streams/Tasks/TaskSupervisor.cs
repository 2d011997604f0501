using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Restoring;

namespace StreamSocial.Streams.Tasks;

/// <summary>Owns the member's tasks: creates them for assigned partitions, closes them when partitions leave, and gives readers access to running ones.</summary>
internal sealed partial class TaskSupervisor(MemberContext member, RebalanceEventWriter events, Successors? successors, FormerOwners? formerOwners) : IAssignmentHandler, ITaskReader
{
    private readonly ILogger _logger = member.Host.Loggers.CreateLogger<TaskSupervisor>();
    private readonly TaskEnvironment _environment = member.Environment;
    private readonly TimeProvider _time = member.Host.Time;
    private readonly Dictionary<string, StageDefinition> _stagesByTopic = ByInput(member.Stages);
    private readonly Dictionary<string, string> _topicsByStage = member.Stages.ToDictionary(stage => stage.Name, stage => stage.InputTopic);
    private readonly ConcurrentDictionary<TaskId, StreamTask> _tasks = new();
    private IReadOnlyList<Lane> _lanes = [];
    private Action<RestoreSession> _restore = _ => { };
    private WarmUps _warmUps = new(_ => { });
    private readonly ConcurrentDictionary<TaskId, StreamTask> _restoring = new();
    private readonly TaskRetries _retries = new(member.Options, member.Host.Time);

    /// <summary>Held while tasks are created or taken away.</summary>
    private readonly Lock _gate = new();

    /// <summary>Failed tasks that wait for their next run.</summary>
    private readonly Dictionary<TaskId, ITimer> _waiting = [];

    /// <summary>Tasks that are being closed, of which no new run may begin.</summary>
    private readonly HashSet<TaskId> _leaving = [];
    private volatile IReadOnlyList<TaskId> _releasing = [];
    private volatile bool _hasAssignment;
    private (int Followed, int Warm) _warmUpsSaid;
    private long _assignedAt;
    private long _epoch;

    /// <summary>Whether something was assigned of which it has not been said yet that it is restored.</summary>
    private bool _isReadyDue;

    /// <summary>Whether the member cannot go on: nothing more may be written, and others go on from its last checkpoints.</summary>
    private bool HasFailed => member.Host.Fatal.First is not null;

    /// <summary>Raised on any thread when the assignment or its readiness changes.</summary>
    public event Action? Changed;

    /// <summary>Rises with each change of the assignment.</summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    /// <summary>Whether the group has assigned something to this member, and has not gone on without it since.</summary>
    public bool HasAssignment => _hasAssignment;

    /// <summary>Number of tasks whose state is not restored yet; those that failed are not among them.</summary>
    public int Restoring => _restoring.Keys.Count(id => !_retries.IsFailed(id));

    /// <summary>The tasks that stopped alone and do not run now.</summary>
    public IReadOnlyList<TaskBackoff> Failed => _retries.Failed;

    public IEnumerable<StreamTask> Tasks => _tasks.Values;

    /// <summary>The tasks that others still run, and whether this member has their state.</summary>
    public IEnumerable<(TaskId Task, bool IsWarm)> WarmUps => _warmUps.Current;

    /// <summary>The tasks that the group takes away and that go on until others have their state.</summary>
    public IReadOnlyList<TaskId> Releasing => _releasing;

    /// <summary>Sets the lanes and the restorers. Called once, before any partition is assigned.</summary>
    public void Use(IReadOnlyList<Lane> lanes, TaskRestorers restorers) => (_lanes, _restore, _warmUps) = (lanes, restorers.Restore, new(restorers.Follow));

    /// <summary>
    /// Prepares the tasks that may come to this member and that others still run. Those that it runs itself do not count, nor what is no task: anybody may write reports.
    /// </summary>
    /// <returns>Whether there are such tasks.</returns>
    public bool Prepare(IEnumerable<TaskId> tasks)
    {
        bool hasChanged;
        HashSet<TaskId> wanted;
        lock (_gate)
        {
            wanted = [.. tasks.Where(id => !_tasks.ContainsKey(id) && _stagesByTopic.ContainsKey(id.Topic) && IsKnown(id))];
            _warmUps.Follow(wanted, id => Create(id, epoch: 0));
            var said = (wanted.Count, _warmUps.Current.Count(warmUp => warmUp.IsWarm));
            hasChanged = said != _warmUpsSaid;
            _warmUpsSaid = said;
        }
        if (hasChanged)
            Changed?.Invoke();
        return wanted.Count > 0;
    }

    public void OnAssigned(IReadOnlyList<TopicPartition> partitions)
    {
        var epoch = Interlocked.Increment(ref _epoch);
        _assignedAt = _time.GetTimestamp();
        formerOwners?.Fence(partitions.Select(TaskId.Of));
        events.Write(RebalanceEventType.Assigned, epoch, partitions, TimeSpan.Zero);
        lock (_gate)
        {
            foreach (var id in partitions.Select(TaskId.Of))
            {
                if (!IsKnown(id))
                {
                    OnUnknownPartition(id);
                    continue;
                }
                _isReadyDue = true;
                Open(id, epoch);
            }
        }
        _hasAssignment = true;
        Changed?.Invoke();
    }

    public void OnRevoked(IReadOnlyList<TopicPartition> partitions)
    {
        // Not for those that are closed already, because the member's time to stop was over.
        WaitForSuccessors([.. partitions.Select(TaskId.Of).Where(_tasks.ContainsKey)]);
        if (!HasFailed)
            CheckpointLast(partitions);
        Close(partitions, TimeSpan.Zero);
    }

    public void OnLost(IReadOnlyList<TopicPartition> partitions)
    {
        _hasAssignment = false;
        var tasks = Take(partitions, out var epoch);
        Task.WaitAll(ByLane(tasks, static (lane, tasks) => lane.DiscardAsync(tasks)));
        events.Write(RebalanceEventType.Lost, epoch, partitions, TimeSpan.Zero);
        SayIfReady();
        Changed?.Invoke();
    }

    /// <summary>Closes all tasks with a last checkpoint each, before the member leaves the group.</summary>
    public void CloseAll() => Close([.. _tasks.Keys.Select(id => id.TopicPartition)], member.Options.StopBudget);

    /// <summary>Called when a task's state is restored.</summary>
    public void OnRestored(StreamTask task)
    {
        // A task that was revoked meanwhile is no longer registered, or another object is in its place.
        if (!_restoring.TryRemove(KeyValuePair.Create(task.Id, task)))
            return;
        var isRetry = _retries.IsFailed(task.Id);
        _retries.OnRunning(task.Id);
        LaneOf(task).Add(task);
        if (isRetry)
            LogRunsAgain(task.Id);
        SayIfReady();
        Changed?.Invoke();
    }

    /// <summary>Called when a task's state cannot be restored.</summary>
    public void OnNotRestored(StreamTask task, Exception error) => LaneOf(task).Fail(task, TaskFailure.Of(error));

    /// <summary>An input topic was deleted and made anew: its tasks stop, and their next runs find what their checkpoints are worth.</summary>
    public void OnInputReplaced(string topic) => Replace(topic, static _ => true);

    /// <summary>Which topic an input is was not known when its tasks began: those whose checkpoints are of another one stop in the same way.</summary>
    public void OnInputKnown(string topic) => Replace(topic, static task => task.IsOfAnotherInput);

    /// <summary>Called when a task has stopped alone and nothing of it is under way: another run begins after a while.</summary>
    public void OnFailed(StreamTask task)
    {
        lock (_gate)
        {
            if (_tasks.GetValueOrDefault(task.Id) != task)
                return;
            var failure = task.Failure!;
            var delay = _retries.Add(task.Id, failure);
            LogFailed(failure.Error, task.Id, failure.Reason, delay.TotalMilliseconds);
            _restoring.TryRemove(KeyValuePair.Create(task.Id, task));
            _waiting[task.Id] = _time.CreateTimer(_ => member.Host.Fatal.Guard(() => RunAgain(task)), null, delay, Timeout.InfiniteTimeSpan);
            SayIfReady();
        }
        Changed?.Invoke();
    }

    public TaskAvailability TryRead<TProcessor, TResult>(
        string stage, int partition, Func<TProcessor, TResult> read, [MaybeNull] out TResult result)
        where TProcessor : class, IRecordProcessor
    {
        result = default;
        if (!_tasks.TryGetValue(new TaskId(_topicsByStage[stage], partition), out var task))
            return TaskAvailability.NotHere;
        if (task.State == TaskState.Restoring)
            return _retries.IsFailed(task.Id) ? TaskAvailability.Failed : TaskAvailability.Restoring;
        lock (task.Gate)
        {
            // Checked under the gate: another task may use the stores of a closed one.
            if (task.State == TaskState.Closed)
                return TaskAvailability.NotHere;
            if (task.State == TaskState.Failed)
                return TaskAvailability.Failed;
            // A paused one will not catch up: what the last checkpoint has is all there is to read.
            if (!task.IsCaughtUp && !_environment.Controls().IsPaused(stage))
                return TaskAvailability.Restoring;
            result = task.Read(read);
            return TaskAvailability.Running;
        }
    }

    public IReadOnlyList<int> RunningPartitions(string stage)
    {
        var topic = _topicsByStage[stage];
        return [.. _tasks.Values.Where(task => task.Id.Topic == topic && task.State == TaskState.Running).Select(task => task.Id.Partition)];
    }

    private static Dictionary<string, StageDefinition> ByInput(IReadOnlyCollection<StageDefinition> stages) =>
        stages.GroupBy(stage => stage.InputTopic).FirstOrDefault(input => input.Count() > 1) is { } shared
            ? throw new InvalidOperationException(
                $"The stages {string.Join(" and ", shared.Select(stage => stage.Name))} have the same input, {shared.Key}, and a task is a partition of one stage's input: let one of them write what the other needs to a topic of its own.")
            : stages.ToDictionary(stage => stage.InputTopic);

    private void Replace(string topic, Func<StreamTask, bool> isReplaced)
    {
        foreach (var task in _tasks.Values.Where(task => task.Id.Topic == topic && isReplaced(task)))
        {
            _retries.ForgetEntry(task.Id);
            LaneOf(task).Fail(task, new TaskFailure($"Topic {topic} was deleted and made anew."));
        }
    }

    private void CheckpointLast(IReadOnlyList<TopicPartition> partitions)
    {
        var started = _time.GetTimestamp();
        var tasks = BeginLeaving(partitions);
        var checkpointed = OnLanes(tasks, (lane, tasks) => lane.CheckpointLastAsync(tasks, member.Options.HandoverBudget));
        LogCheckpointed(tasks.Count, checkpointed, _time.GetElapsedTime(started).TotalMilliseconds);
    }

    private void Close(IReadOnlyList<TopicPartition> partitions, TimeSpan budget)
    {
        if (partitions.Count == 0)
            return;
        var started = _time.GetTimestamp();
        var tasks = BeginLeaving(partitions);
        var checkpointed = HasFailed ? 0 : OnLanes(tasks, (lane, tasks) => lane.CloseAsync(tasks, budget));
        if (HasFailed)
            Task.WaitAll(ByLane(tasks, static (lane, tasks) => lane.AbandonAsync(tasks)));
        Take(partitions, out var epoch);
        _releasing = [];
        var duration = _time.GetElapsedTime(started);
        LogClosed(tasks.Count, checkpointed, duration.TotalMilliseconds);
        events.Write(RebalanceEventType.Revoked, epoch, partitions, duration);
        SayIfReady();
        Changed?.Invoke();
    }

    /// <summary>Says which tasks others are to take over, and goes on with them until they can.</summary>
    private void WaitForSuccessors(IReadOnlyList<TaskId> tasks)
    {
        if (successors is null || tasks.Count == 0 || HasFailed)
            return;
        _releasing = tasks;
        Changed?.Invoke();
        successors.WaitFor(tasks, () => HasFailed);
    }

    /// <summary>Has each lane do something with those of the tasks that it runs, and waits, unless the member cannot go on; the sum of what they have returned.</summary>
    private int OnLanes(IEnumerable<StreamTask> tasks, Func<Lane, IReadOnlyCollection<StreamTask>, Task<int>> doAsync)
    {
        var pending = ByLane(tasks, doAsync);
        Task.WaitAny(Task.WhenAll(pending), member.Host.Fatal.Happened);
        return pending.Where(done => done.IsCompletedSuccessfully).Sum(done => done.Result);
    }

    private TDone[] ByLane<TDone>(IEnumerable<StreamTask> tasks, Func<Lane, IReadOnlyCollection<StreamTask>, TDone> doAsync)
        where TDone : Task => [.. tasks.GroupBy(LaneOf).Select(group => doAsync(group.Key, [.. group]))];

    private List<StreamTask> BeginLeaving(IReadOnlyList<TopicPartition> partitions)
    {
        lock (_gate)
        {
            _leaving.UnionWith(partitions.Select(TaskId.Of));
            return [.. partitions.Select(TaskId.Of).Where(_tasks.ContainsKey).Select(id => _tasks[id])];
        }
    }

    private List<StreamTask> Take(IReadOnlyList<TopicPartition> partitions, out long epoch)
    {
        epoch = Interlocked.Increment(ref _epoch);
        var taken = new List<StreamTask>(partitions.Count);
        lock (_gate)
        {
            foreach (var id in partitions.Select(TaskId.Of))
            {
                _leaving.Remove(id);
                _retries.Remove(id);
                if (_waiting.Remove(id, out var timer))
                    timer.Dispose();
                if (!_tasks.TryRemove(id, out var task))
                    continue;
                taken.Add(task);
                _restoring.TryRemove(id, out _);
            }
            _isReadyDue &= !_tasks.IsEmpty;
        }
        return taken;
    }

    private void Open(TaskId id, long epoch)
    {
        var session = _warmUps.Take(id) ?? new RestoreSession(Create(id, epoch));
        session.Task.OnAssigned(epoch);
        _tasks[id] = session.Task;
        _restoring[id] = session.Task;
        _restore(session);
    }

    private StreamTask Create(TaskId id, long epoch) =>
        new(id, _stagesByTopic[id.Topic], epoch, _environment, _environment.RetainedStates?.Take(id), _retries.EntryOf(id));

    private bool IsKnown(TaskId id) => id.Partition < _environment.Layout.PartitionCountOf(id.Topic);

    private void RunAgain(StreamTask failed)
    {
        lock (_gate)
        {
            if (_tasks.GetValueOrDefault(failed.Id) != failed || _leaving.Contains(failed.Id))
                return;
            if (_waiting.Remove(failed.Id, out var timer))
                timer.Dispose();
            Open(failed.Id, failed.Epoch);
        }
    }

    private void OnUnknownPartition(TaskId id)
    {
        var reason = $"The topic has more than the {_environment.Layout.PartitionCountOf(id.Topic)} partitions that this program knows, so its entries would not be found by their keys. "
            + "Nothing of it is processed; give the topic its number of partitions, or every service the topic's.";
        LogUnknownPartition(id, reason);
        _retries.AddForGood(id, reason);
    }

    /// <summary>Says that all tasks are restored, once after they were assigned. The last that was not may also have been taken away.</summary>
    private void SayIfReady()
    {
        // Restorers may end their last tasks at the same moment.
        lock (_gate)
        {
            if (!_isReadyDue || Restoring > 0)
                return;
            _isReadyDue = false;
        }
        var duration = _time.GetElapsedTime(_assignedAt);
        LogReady(_tasks.Count, duration.TotalMilliseconds);
        events.Write(RebalanceEventType.Ready, Epoch, [], duration);
    }

    private Lane LaneOf(StreamTask task) => _lanes[(task.Id.Partition + task.Id.Topic.Length) % _lanes.Count];

    [LoggerMessage(Level = LogLevel.Error, Message = "Task {Task} stopped alone and is tried again in {Delay:F0} ms: {Reason}")]
    private partial void LogFailed(Exception? error, TaskId task, string reason, double delay);

    [LoggerMessage(Level = LogLevel.Error, Message = "Task {Task} does not run: {Reason}")]
    private partial void LogUnknownPartition(TaskId task, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task} runs again")]
    private partial void LogRunsAgain(TaskId task);

    [LoggerMessage(Level = LogLevel.Information, Message = "All {Count} tasks are restored and run, {Milliseconds:F0} ms after the last assignment")]
    private partial void LogReady(int count, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Of {Count} tasks to give back, {Checkpointed} have a last checkpoint after {Milliseconds:F0} ms; they go on until they are closed")]
    private partial void LogCheckpointed(int count, int checkpointed, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed {Count} tasks, {Checkpointed} with nothing left to do again, in {Milliseconds:F0} ms")]
    private partial void LogClosed(int count, int checkpointed, double milliseconds);
}
