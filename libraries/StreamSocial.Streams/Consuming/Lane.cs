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
internal sealed class Lane : IDisposable
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RoomWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Records after which the lane looks at commands, sends and checkpoints.</summary>
    private const int MaxRecordsPerRound = 2_000;

    /// <summary>Records after which the lane looks at the clock.</summary>
    private const int RecordsPerLook = 32;

    private readonly ProducerPool _pool;
    private readonly TaskEnvironment _environment;
    private readonly StreamsOptions _options;
    private readonly TimeProvider _time;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ICheckpointWriter _writer;
    private readonly LaneTasks _tasks;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly List<TopicPartitionOffset> _starting = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private TimeSpan _linger;
    private bool _isBehind;
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
        _tasks = new LaneTasks(options, settings.IsEmbedded, environment, writer, time);
        _consumer = KafkaConsumers.Build(settings.CreateConsumerConfig($"{options.MemberId}-lane-{index}", options.GroupId), logger);
        _thread = new Thread(() => RunToEnd(fatal)) { Name = $"lane-{index}", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>Starts to process a restored task.</summary>
    public void Add(StreamTask task) => _commands.Enqueue(() =>
    {
        if (_tasks.Add(task) is { } position)
            _starting.Add(position);
    });

    /// <summary>Stops tasks in good order: what they finished is sent and checkpointed within the budget, the rest is left to the next owner.</summary>
    /// <returns>The number of tasks whose last checkpoint is durable.</returns>
    public Task<int> CloseAsync(IReadOnlyCollection<StreamTask> tasks, TimeSpan budget)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() => Unassign(_tasks.BeginClosing(tasks, _time.GetTimestamp() + ToTimestamp(budget), done)));
        return OrEndedAsync(done.Task);
    }

    /// <summary>Stops tasks that belong to another member by now: nothing of them is sent or checkpointed any more.</summary>
    public Task DiscardAsync(IReadOnlyCollection<StreamTask> tasks)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() =>
        {
            Unassign(_tasks.Discard(tasks));
            done.SetResult(true);
        });
        return OrEndedAsync(done.Task);
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

    private void RunToEnd(FatalErrors fatal)
    {
        fatal.Guard(Run);
        _ended.SetResult();
    }

    /// <summary>A lane that failed closes nothing any more, and nobody may wait for it for ever: the process is to end.</summary>
    private async Task<TResult?> OrEndedAsync<TResult>(Task<TResult> done)
    {
        await Task.WhenAny(done, _ended.Task);
        return done.IsCompleted ? await done : default;
    }

    private void Run()
    {
        while (!_stopping)
        {
            while (_commands.TryDequeue(out var command))
                command();
            AssignStarting();
            if (_pool.WaitForRoom(RoomWait, CancellationToken.None))
                ConsumeRound();
            SendIfDue();
            _tasks.Advance();
        }
    }

    private void ConsumeRound()
    {
        var record = _consumer.Consume(!_tasks.HasUnsent && !_tasks.HasUnacknowledged ? IdleWait : Shorter(_linger, IdleWait));
        var started = _time.GetTimestamp();
        _isBehind = false;
        for (var records = 1; record is not null; records++)
        {
            Process(record);
            _isBehind = records >= MaxRecordsPerRound;
            if (_isBehind || (records % RecordsPerLook == 0 && _time.GetElapsedTime(started) >= _linger))
                break;
            record = _consumer.Consume(TimeSpan.Zero);
        }
        if (record is not null || _tasks.HasUnsent)
            Interlocked.Add(ref _environment.Totals.BusyTicks, _time.GetElapsedTime(started).Ticks);
    }

    private void Process(ConsumeResult<byte[]?, byte[]?> record)
    {
        var isFirst = !_tasks.HasUnsent;
        if (_tasks.Process(record) && isFirst)
            _oldestUnsent = _time.GetTimestamp();
    }

    private void SendIfDue()
    {
        if (!_tasks.HasUnsent)
            return;
        // What is old already loses nothing by waiting for fuller records.
        var linger = _isBehind ? _pool.Options.MaxLinger : _linger;
        if (_tasks.PendingEntries < _options.MaxPendingEntries && _time.GetElapsedTime(_oldestUnsent) < linger)
            return;
        var (entries, records) = _tasks.Send();
        if (records > 0)
            _linger = AdaptiveLinger.Next(_pool.AckRoundTrip, (double)entries / records, _pool.Options);
    }

    /// <summary>All at once: the lane waits for librdkafka's main thread each time, which takes long on a busy machine.</summary>
    private void AssignStarting()
    {
        if (_starting.Count == 0)
            return;
        _consumer.IncrementalAssign(_starting);
        _starting.Clear();
    }

    private void Unassign(List<TopicPartition> partitions)
    {
        AssignStarting();
        if (partitions.Count > 0)
            _consumer.IncrementalUnassign(partitions);
    }

    private long ToTimestamp(TimeSpan duration) => (long)(duration.TotalSeconds * _time.TimestampFrequency);

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
