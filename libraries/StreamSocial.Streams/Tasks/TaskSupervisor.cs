using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Rebalancing;

namespace StreamSocial.Streams.Tasks;

/// <summary>Owns the member's tasks: creates them for assigned partitions, closes them when partitions leave, and gives readers access to running ones.</summary>
internal sealed partial class TaskSupervisor(MemberContext member, RebalanceEventWriter events) : IAssignmentHandler, ITaskReader
{
    private readonly ILogger _logger = member.Host.Loggers.CreateLogger<TaskSupervisor>();
    private readonly TaskEnvironment _environment = member.Environment;
    private readonly TimeProvider _time = member.Host.Time;
    private readonly Dictionary<string, StageDefinition> _stagesByTopic = member.Stages.ToDictionary(stage => stage.InputTopic);
    private readonly Dictionary<string, string> _topicsByStage = member.Stages.ToDictionary(stage => stage.Name, stage => stage.InputTopic);
    private readonly ConcurrentDictionary<TaskId, StreamTask> _tasks = new();
    private IReadOnlyList<Lane> _lanes = [];
    private Action<StreamTask> _restore = _ => { };
    private readonly ConcurrentDictionary<TaskId, StreamTask> _restoring = new();
    private long _assignedAt;
    private long _epoch;

    /// <summary>Raised on any thread when the assignment or its readiness changes.</summary>
    public event Action? Changed;

    /// <summary>Rises with each change of the assignment.</summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    /// <summary>Number of tasks whose state is not restored yet.</summary>
    public int Restoring => _restoring.Count;

    public IEnumerable<StreamTask> Tasks => _tasks.Values;

    /// <summary>Sets the lanes and the restorer. Called once, before any partition is assigned.</summary>
    public void Use(IReadOnlyList<Lane> lanes, Action<StreamTask> restore) => (_lanes, _restore) = (lanes, restore);

    public void OnAssigned(IReadOnlyList<TopicPartition> partitions)
    {
        var epoch = Interlocked.Increment(ref _epoch);
        _assignedAt = _time.GetTimestamp();
        events.Write(RebalanceEventType.Assigned, epoch, partitions, TimeSpan.Zero);
        foreach (var partition in partitions)
        {
            var task = new StreamTask(TaskId.Of(partition), _stagesByTopic[partition.Topic], epoch, _environment, _environment.RetainedStates?.Take(TaskId.Of(partition)));
            _tasks[task.Id] = task;
            _restoring[task.Id] = task;
            _restore(task);
        }
        Changed?.Invoke();
    }

    public void OnRevoked(IReadOnlyList<TopicPartition> partitions) => Close(partitions, member.Options.HandoverBudget);

    public void OnLost(IReadOnlyList<TopicPartition> partitions)
    {
        var tasks = Take(partitions, out var epoch);
        var discards = tasks.GroupBy(LaneOf).Select(group => group.Key.DiscardAsync([.. group])).ToArray();
        Task.WaitAll(discards);
        events.Write(RebalanceEventType.Lost, epoch, partitions, TimeSpan.Zero);
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
        LaneOf(task).Add(task);
        if (_restoring.IsEmpty)
        {
            var duration = _time.GetElapsedTime(_assignedAt);
            LogReady(_tasks.Count, duration.TotalMilliseconds);
            events.Write(RebalanceEventType.Ready, Epoch, [], duration);
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
            return TaskAvailability.Restoring;
        lock (task.Gate)
        {
            // Checked under the gate: another task may use the stores of a closed one.
            if (task.State == TaskState.Closed)
                return TaskAvailability.NotHere;
            result = task.Read(read);
            return TaskAvailability.Running;
        }
    }

    public IReadOnlyList<int> RunningPartitions(string stage)
    {
        var topic = _topicsByStage[stage];
        return [.. _tasks.Values.Where(task => task.Id.Topic == topic && task.State == TaskState.Running).Select(task => task.Id.Partition)];
    }

    private void Close(IReadOnlyList<TopicPartition> partitions, TimeSpan budget)
    {
        if (partitions.Count == 0)
            return;
        var started = _time.GetTimestamp();
        var tasks = partitions.Select(TaskId.Of).Where(_tasks.ContainsKey).Select(id => _tasks[id]).ToList();
        var closings = tasks.GroupBy(LaneOf).Select(group => group.Key.CloseAsync([.. group], budget)).ToArray();
        Task.WaitAll(closings);
        Take(partitions, out var epoch);
        var duration = _time.GetElapsedTime(started);
        LogRevoked(tasks.Count, closings.Sum(closing => closing.Result), duration.TotalMilliseconds);
        events.Write(RebalanceEventType.Revoked, epoch, partitions, duration);
        Changed?.Invoke();
    }

    private List<StreamTask> Take(IReadOnlyList<TopicPartition> partitions, out long epoch)
    {
        epoch = Interlocked.Increment(ref _epoch);
        var taken = new List<StreamTask>(partitions.Count);
        foreach (var partition in partitions)
        {
            if (!_tasks.TryRemove(TaskId.Of(partition), out var task))
                continue;
            taken.Add(task);
            _restoring.TryRemove(task.Id, out _);
        }
        return taken;
    }

    private Lane LaneOf(StreamTask task) => _lanes[(task.Id.Partition + task.Id.Topic.Length) % _lanes.Count];

    [LoggerMessage(Level = LogLevel.Information, Message = "All {Count} tasks are restored and run, {Milliseconds:F0} ms after the last assignment")]
    private partial void LogReady(int count, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gave back {Count} tasks, {Checkpointed} with a last checkpoint, in {Milliseconds:F0} ms")]
    private partial void LogRevoked(int count, int checkpointed, double milliseconds);
}
