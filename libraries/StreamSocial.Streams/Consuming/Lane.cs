using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>
/// A thread that processes some of the member's partitions, with a consumer of its own that fetches them from the positions stored
/// with their state. It may wait for slow brokers as long as it must: the group's heartbeats are another thread's.
/// </summary>
internal sealed partial class Lane : IDisposable
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RoomWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Records after which the lane looks at commands, sends and checkpoints.</summary>
    private const int MaxRecordsPerRound = 2_000;

    private readonly ProducerPool _pool;
    private readonly TaskEnvironment _environment;
    private readonly StreamsOptions _options;
    private readonly TimeProvider _time;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ICheckpointWriter _writer;
    private readonly LaneCheckpoints _checkpoints;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly Dictionary<TaskId, StreamTask> _running = [];
    private readonly HashSet<StreamTask> _unsent = [];
    private readonly HashSet<StreamTask> _unacknowledged = [];
    private readonly List<LaneClosing> _closings = [];
    private readonly Thread _thread;
    private TimeSpan _linger;
    private long _oldestUnsent;
    private volatile bool _stopping;

    public Lane(
        int index, KafkaClientSettings settings, StreamsOptions options, ProducerPool pool, TaskEnvironment environment, ICheckpointWriter writer, TimeProvider time,
        FatalErrors fatal, ILogger<Lane> logger)
    {
        _pool = pool;
        _environment = environment;
        _options = options;
        _time = time;
        _linger = pool.Options.MinLinger;
        _writer = writer;
        _checkpoints = new LaneCheckpoints(options, settings.IsEmbedded, environment.Totals, writer, time);
        _consumer = KafkaConsumers.Build(settings.CreateConsumerConfig($"{options.MemberId}-lane-{index}", options.GroupId), logger);
        _thread = new Thread(() => fatal.Guard(Run)) { Name = $"lane-{index}", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>Starts to process a restored task.</summary>
    public void Add(StreamTask task) => _commands.Enqueue(() => AddNow(task));

    /// <summary>Stops tasks in good order: what they finished is sent and checkpointed within the budget, the rest is left to the next owner.</summary>
    /// <returns>The number of tasks whose last checkpoint is durable.</returns>
    public Task<int> CloseAsync(IReadOnlyCollection<StreamTask> tasks, TimeSpan budget)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() => BeginClosing(tasks, _time.GetTimestamp() + ToTimestamp(budget), done));
        return done.Task;
    }

    /// <summary>Stops tasks that belong to another member by now: nothing of them is sent or checkpointed any more.</summary>
    public Task DiscardAsync(IReadOnlyCollection<StreamTask> tasks)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() =>
        {
            Remove(tasks);
            // Their captures are not awaited: the brokers refuse them, for the group has gone on without this member.
            foreach (var task in tasks)
                Forget(task);
            done.SetResult();
        });
        return done.Task;
    }

    /// <summary>Ends the thread. Close the tasks first.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (_thread.IsAlive)
            _thread.Join();
        _writer.Dispose();
        _consumer.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            while (_commands.TryDequeue(out var command))
                command();
            if (_pool.WaitForRoom(RoomWait, CancellationToken.None))
                ConsumeRound();
            SendIfDue();
            ObserveAcknowledgements();
            _checkpoints.Advance(_running.Values);
            AdvanceClosings();
        }
    }

    private void ConsumeRound()
    {
        var record = _consumer.Consume(_unsent.Count == 0 && _unacknowledged.Count == 0 ? IdleWait : Shorter(_linger, IdleWait));
        var started = _time.GetTimestamp();
        for (var records = 0; record is not null; records++)
        {
            Process(record);
            if (records >= MaxRecordsPerRound || _time.GetElapsedTime(started) >= _linger)
                break;
            record = _consumer.Consume(TimeSpan.Zero);
        }
        if (record is not null || _unsent.Count > 0)
            Interlocked.Add(ref _environment.Totals.BusyTicks, _time.GetElapsedTime(started).Ticks);
    }

    private void Process(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (!_running.TryGetValue(TaskId.Of(record.TopicPartition), out var task))
            return;
        var applied = task.Process(record);
        var totals = _environment.Totals;
        Interlocked.Increment(ref totals.RecordsConsumed);
        Interlocked.Add(ref totals.EntriesProcessed, applied);
        Interlocked.Add(ref totals.InputBytes, record.Message.Value?.Length ?? 0);
        if (_unsent.Count == 0)
            _oldestUnsent = _time.GetTimestamp();
        _unsent.Add(task);
    }

    private void SendIfDue()
    {
        if (_unsent.Count == 0)
            return;
        var entries = 0L;
        foreach (var task in _unsent)
            entries += task.Emitter.PendingEntries;
        if (entries < _options.MaxPendingEntries && _time.GetElapsedTime(_oldestUnsent) < _linger)
            return;
        var destinations = 0L;
        foreach (var task in _unsent)
        {
            destinations += task.Emitter.PendingDestinations;
            Send(task);
        }
        _unsent.Clear();
        Interlocked.Add(ref _environment.Totals.EntriesEmitted, entries);
        if (destinations > 0)
            _linger = AdaptiveLinger.Next(_pool.AckRoundTrip, (double)entries / destinations, _pool.Options);
    }

    private void Send(StreamTask task)
    {
        task.Emitter.Flush(task.NextOffset);
        _unacknowledged.Add(task);
    }

    private void ObserveAcknowledgements() => _unacknowledged.RemoveWhere(task =>
    {
        task.ObserveAcknowledgements();
        return task.AcknowledgedOffset == task.NextOffset;
    });

    private void AddNow(StreamTask task)
    {
        if (task.State.Current != TaskState.Restoring)
            return;
        task.Start(Math.Max(task.CommittedOffset, 0));
        _checkpoints.Schedule(task);
        _running.Add(task.Id, task);
        var position = task.CommittedOffset >= 0 ? new Offset(task.CommittedOffset) : Offset.Beginning;
        _consumer.IncrementalAssign([new TopicPartitionOffset(task.Id.TopicPartition, position)]);
    }

    private void BeginClosing(IReadOnlyCollection<StreamTask> tasks, long deadline, TaskCompletionSource<int> done)
    {
        Remove(tasks);
        var closing = new LaneClosing([], deadline, done);
        foreach (var task in tasks)
        {
            if (task.State.Current != TaskState.Running)
            {
                Forget(task);
                continue;
            }
            task.State.MoveTo(TaskState.Closing);
            if (_unsent.Remove(task))
                Send(task);
            closing.Tasks.Add(task);
        }
        _closings.Add(closing);
    }

    private void AdvanceClosings()
    {
        for (var i = _closings.Count - 1; i >= 0; i--)
        {
            var closing = _closings[i];
            var expired = _time.GetTimestamp() >= closing.Deadline;
            closing.Done += closing.Tasks.RemoveAll(task => _checkpoints.AdvanceLast(task) && Forget(task));
            if (expired)
                closing.Tasks.RemoveAll(task => _checkpoints.TryAbandon(task) && Forget(task));
            if (closing.Tasks.Count > 0)
                continue;
            _closings.RemoveAt(i);
            closing.Checkpointed.SetResult(closing.Done);
        }
    }

    private void Remove(IReadOnlyCollection<StreamTask> tasks)
    {
        var assigned = tasks.Where(task => _running.Remove(task.Id)).Select(task => task.Id.TopicPartition).ToList();
        if (assigned.Count > 0)
            _consumer.IncrementalUnassign(assigned);
    }

    private bool Forget(StreamTask task)
    {
        _unsent.Remove(task);
        _unacknowledged.Remove(task);
        if (task.State.Current != TaskState.Closed)
            task.State.MoveTo(TaskState.Closed);
        return true;
    }

    private long ToTimestamp(TimeSpan duration) => (long)(duration.TotalSeconds * _time.TimestampFrequency);

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
