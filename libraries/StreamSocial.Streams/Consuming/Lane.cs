using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership.Controls;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>
/// A thread that processes some of the member's partitions with its own consumer, which fetches them from the positions stored with their
/// state. It may wait for slow brokers as long as necessary: another thread sends the group's heartbeats.
/// </summary>
internal sealed class Lane : IDisposable
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RoomWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QuotaWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WatermarksTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Records after which the lane handles commands, sends and checkpoints.</summary>
    private const int MaxRecordsPerRound = 2_000;

    /// <summary>Bytes that a round may emit where outputs may run ahead of their consumers only so far; one partition may get them all.</summary>
    private const int MaxRetainedBytesPerRound = 256 * 1024;

    /// <summary>Records after which the lane checks the clock.</summary>
    private const int RecordsPerClockCheck = 32;

    /// <summary>Longest time until the lane handles commands, sends and checkpoints.</summary>
    private static readonly TimeSpan LongestRound = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes of unsent outputs at which they are sent whatever the linger.</summary>
    private const long MaxUnsentBytes = 32 * 1024 * 1024;

    private readonly ProducerPool _pool;
    private readonly StreamsOptions _options;
    private readonly TimeProvider _time;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ILogger _logger;
    private readonly ICheckpointWriter _writer;
    private readonly LaneTasks _tasks;
    private readonly RateQuota _quota;
    private readonly OutputRetention? _retention;
    private readonly IReadOnlyList<StageDefinition> _stages;
    private readonly MemberTotals _totals;
    private readonly Func<StageControls> _controls;

    /// <summary>Inputs of the stages whose outputs run ahead of their consumers.</summary>
    private readonly HashSet<string> _waiting = [];

    /// <summary>Inputs that are not fetched: those, and those of the stages that are paused.</summary>
    private readonly HashSet<string> _held = [];
    private readonly ManualResetEventSlim _stopped = new();
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private readonly AdaptiveLinger _linger;

    /// <summary>Whether the last round ended before its input did.</summary>
    private bool _hasMore;

    /// <summary>Latest time of the input whose outputs have not been sent, Unix milliseconds.</summary>
    private long _latestUnsent;
    private bool _lacksRoom;
    private long _turnedAt;
    private volatile bool _stopping;

    /// <param name="index">Its number in the member.</param>
    /// <param name="member">What the member's parts share.</param>
    /// <param name="shared">What the member's lanes share.</param>
    /// <param name="writer">Makes checkpoints durable.</param>
    /// <param name="onFailed">Called on the lane's thread when a task has stopped alone.</param>
    public Lane(int index, MemberContext member, SharedByLanes shared, ICheckpointWriter writer, Action<StreamTask> onFailed)
    {
        (_pool, _quota, _retention) = shared;
        (_stages, _totals, _controls) = (member.Stages, member.Environment.Totals, member.Environment.Controls);
        _options = member.Options;
        _time = member.Host.Time;
        _linger = new AdaptiveLinger(_pool.Options, _time);
        _writer = writer;
        var config = member.CreateConsumerConfig($"lane-{index}", ConsumerUse.Live);
        // At the end it tells the position behind what is no record, such as the markers of transactions.
        config.EnablePartitionEof = true;
        _logger = member.Host.Loggers.CreateLogger<Lane>();
        _consumer = KafkaConsumers.Build(config, member.Settings.Metrics, _logger);
        _tasks = new LaneTasks(_options, member.Settings.IsEmbedded, member.Environment, writer, onFailed, _time)
        {
            EndOf = partition => _consumer.GetWatermarkOffsets(partition).High.Value,
        };
        _thread = new Thread(() => RunToEnd(member.Host.Fatal)) { Name = $"lane-{index}", IsBackground = true };
    }

    public string Name => _thread.Name!;

    /// <summary>Time since its loop last turned.</summary>
    public TimeSpan SinceTurn => _time.GetElapsedTime(Interlocked.Read(ref _turnedAt));

    /// <summary>Has its consumer learn where the inputs are, so that the first records need not wait for that. Waits for the brokers; for before <see cref="Start"/>.</summary>
    /// <param name="until">Timestamp of the stopwatch at which this ends, whatever is left.</param>
    public void Prepare(long until) => _consumer.Learn(_stages.Select(stage => stage.InputTopic), until, _logger);

    public void Start()
    {
        _turnedAt = _time.GetTimestamp();
        _thread.Start();
    }

    /// <summary>Starts to process a restored task.</summary>
    public void Add(StreamTask task) => _commands.Enqueue(() => _tasks.Add(task));

    /// <summary>Stops a task alone.</summary>
    public void Fail(StreamTask task, TaskFailure failure) => _commands.Enqueue(() => _tasks.Fail(task, failure));

    /// <summary>Writes the last checkpoints of tasks that go on until they are closed.</summary>
    /// <returns>The number of tasks whose last checkpoint is durable, within the budget.</returns>
    public Task<int> CheckpointLastAsync(IReadOnlyCollection<StreamTask> tasks, TimeSpan budget)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() => _tasks.BeginLastCheckpoints(tasks, _time.GetTimestamp() + ToTimestamp(budget), done));
        return OrEndedAsync(done.Task);
    }

    /// <summary>Stops tasks gracefully: what they finished is sent and checkpointed within the budget; the rest is left to the next owner.</summary>
    /// <returns>The number of tasks whose last checkpoint is durable.</returns>
    public Task<int> CloseAsync(IReadOnlyCollection<StreamTask> tasks, TimeSpan budget)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() => Unassign(_tasks.BeginClosing(tasks, _time.GetTimestamp() + ToTimestamp(budget), done)));
        return OrEndedAsync(done.Task);
    }

    /// <summary>Stops tasks of which nothing more may be written; what is being written is waited for.</summary>
    public Task AbandonAsync(IReadOnlyCollection<StreamTask> tasks)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() => Unassign(_tasks.BeginAbandoning(tasks, done)));
        return OrEndedAsync(done.Task);
    }

    /// <summary>Stops tasks that now belong to another member: nothing more of them is sent or checkpointed.</summary>
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
        _stopped.Set();
        if (_thread.IsAlive)
            _thread.Join();
        _writer.Dispose();
        _consumer.DisposeOrLeave();
        _stopped.Dispose();
    }

    private void RunToEnd(FatalErrors fatal)
    {
        fatal.Guard(Run);
        _ended.SetResult();
    }

    /// <summary>A failed lane closes nothing, and the process is about to end: nobody may wait for it for ever.</summary>
    private async Task<TResult?> OrEndedAsync<TResult>(Task<TResult> done)
    {
        await Task.WhenAny(done, _ended.Task);
        return done.IsCompleted ? await done : default;
    }

    private void Run()
    {
        while (!_stopping)
        {
            Interlocked.Exchange(ref _turnedAt, _time.GetTimestamp());
            while (_commands.TryDequeue(out var command))
                command();
            // In this order: a task may have stopped and begun again.
            UnassignStopped();
            AssignStarting();
            HoldStages();
            if (!WaitForQuota() && WaitForRoom())
                ConsumeRound();
            SendIfDue();
            _tasks.Advance();
        }
    }

    /// <summary>Waits a moment if the quota is used up. A member that waits for its quota is busy.</summary>
    private bool WaitForQuota()
    {
        var wait = _quota.Wait;
        if (wait <= TimeSpan.Zero)
            return false;
        _tasks.BeginWork();
        _stopped.Wait(Shorter(wait, QuotaWait));
        _tasks.EndWork();
        return true;
    }

    /// <summary>Waits a moment if the brokers have taken too little of what was sent.</summary>
    /// <returns>Whether there is room.</returns>
    private bool WaitForRoom()
    {
        var hasRoom = _pool.WaitForRoom(RoomWait, CancellationToken.None);
        if (hasRoom == _lacksRoom)
        {
            _lacksRoom = !hasRoom;
            Interlocked.Add(ref _totals.LanesWithoutRoom, _lacksRoom ? 1 : -1);
        }
        return hasRoom;
    }

    private bool IsRoundFull => _retention is not null && _tasks.UnsentBytes >= MaxRetainedBytesPerRound;

    /// <summary>Stops fetching for the stages that are paused or whose outputs run ahead of their consumers, and begins again when they no longer are.</summary>
    private void HoldStages()
    {
        var controls = _controls();
        foreach (var stage in _stages)
        {
            var (waits, isPaused) = (Waits(stage), controls.IsPaused(stage.Name));
            if ((waits || isPaused) == _held.Contains(stage.InputTopic))
                continue;
            var partitions = _tasks.Running.Where(task => task.Stage == stage).Select(task => task.Id.TopicPartition).ToArray();
            if (_held.Add(stage.InputTopic))
            {
                _consumer.Pause(partitions);
                continue;
            }
            _held.Remove(stage.InputTopic);
            _consumer.Resume(partitions);
        }
    }

    /// <summary>Whether a stage's outputs run ahead of their consumers.</summary>
    private bool Waits(StageDefinition stage)
    {
        var waits = _retention?.MustWait(stage.InputTopic) ?? false;
        if (waits != _waiting.Contains(stage.InputTopic))
        {
            _totals.Stage(stage.InputTopic).SetWaiting(waits);
            _ = waits ? _waiting.Add(stage.InputTopic) : _waiting.Remove(stage.InputTopic);
        }
        return waits;
    }

    private void ConsumeRound()
    {
        var record = Consume(!_tasks.HasUnsent && !_tasks.HasUnacknowledged ? IdleWait : Shorter(_linger.Current, IdleWait));
        var started = _time.GetTimestamp();
        _tasks.BeginWork();
        _hasMore = false;
        var longest = Shorter(_linger.Current, LongestRound);
        for (var records = 1; record is not null; records++)
        {
            Process(record);
            _hasMore = records >= MaxRecordsPerRound || _quota.Wait > TimeSpan.Zero || IsRoundFull
                || (records % RecordsPerClockCheck == 0 && _time.GetElapsedTime(started) >= longest);
            if (_hasMore)
                break;
            record = Consume(TimeSpan.Zero);
        }
        if (record is not null || _tasks.HasUnsent)
            _tasks.EndWork();
    }

    private ConsumeResult<byte[]?, byte[]?>? Consume(TimeSpan timeout)
    {
        try
        {
            return _consumer.Consume(timeout);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal && e.ConsumerRecord?.TopicPartition is { Partition.Value: >= 0 } partition)
        {
            if (e.Error.Code is not (ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange))
                _tasks.Fail(partition, new TaskFailure($"Its input cannot be fetched: {e.Error.Code}: {e.Error.Reason}", e));
            else if (!TryBeginWhereTheInputDoes(partition, out var reason))
                _tasks.Fail(partition, new TaskFailure(reason, e));
            return null;
        }
    }

    private bool TryBeginWhereTheInputDoes(TopicPartition partition, out string reason)
    {
        var position = _tasks.PositionOf(partition);
        try
        {
            var ends = _consumer.QueryWatermarkOffsets(partition, WatermarksTimeout);
            reason = $"Its position {position} is not in the input any more, which has the offsets {ends.Low.Value} to {ends.High.Value}: retention or a deletion took records "
                + "that it has not processed. 'streamsocial tasks reset' lets it go on.";
            return _tasks.TryBeginAt(partition, ends.Low.Value);
        }
        catch (KafkaException e)
        {
            reason = $"Its position {position} is not in the input any more, and the brokers do not say what is ({e.Error.Code}).";
            return false;
        }
    }

    private void Process(ConsumeResult<byte[]?, byte[]?> record)
    {
        var isFirst = !_tasks.HasUnsent;
        if (record.IsPartitionEOF)
            _tasks.ObserveEnd(record.TopicPartition, record.Offset.Value);
        else if (_tasks.Process(record) is { } entries)
            _quota.Take(entries);
        if (!_tasks.HasUnsent)
            return;
        if (isFirst)
            _latestUnsent = 0;
        if (!record.IsPartitionEOF)
            _latestUnsent = Math.Max(_latestUnsent, record.Message.Timestamp.UnixTimestampMs);
    }

    /// <summary>Sends what was emitted, unless it is little that may still be gathered.</summary>
    private void SendIfDue()
    {
        if (!_tasks.HasUnsent)
            return;
        // What is in hand may be less than there is: a fetch is under way for most of the time. While a stage waits, others wait for what it has emitted.
        var mayHaveMore = _hasMore || (_held.Count == 0 && !_tasks.IsAtEnd);
        var mayWait = !IsRoundFull && _tasks.UnsentBytes < MaxUnsentBytes && _tasks.PendingEntries < _options.MaxPendingEntries;
        if (mayWait && _linger.Remaining(_pool.IsQuiet, mayHaveMore ? LatenessOfUnsent : TimeSpan.Zero) > TimeSpan.Zero)
            return;
        _linger.Restart();
        var (entries, records) = _tasks.Send();
        if (records > 0)
            _linger.Adapt(_pool.AckRoundTrip, (double)entries / records);
    }

    private TimeSpan LatenessOfUnsent => TimeSpan.FromMilliseconds(Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds() - _latestUnsent));

    /// <summary>One call for all: each waits for librdkafka's main thread, which takes long on a busy machine.</summary>
    private void AssignStarting()
    {
        var starting = _tasks.TakeStarting();
        if (starting.Count == 0)
            return;
        _consumer.IncrementalAssign(starting);
        var held = starting.Where(partition => _held.Contains(partition.Topic)).Select(partition => partition.TopicPartition).ToArray();
        if (held.Length > 0)
            _consumer.Pause(held);
    }

    private void UnassignStopped() => Unassign(_tasks.TakeStopped());

    private void Unassign(IReadOnlyCollection<TopicPartition> partitions)
    {
        if (partitions.Count == 0)
            return;
        // A pause would outlive the assignment.
        if (_held.Count > 0)
            _consumer.Resume(partitions);
        _consumer.IncrementalUnassign(partitions);
    }

    private long ToTimestamp(TimeSpan duration) => (long)(duration.TotalSeconds * _time.TimestampFrequency);

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}

/// <summary>What a member's lanes share.</summary>
/// <param name="Pool">Sends the outputs.</param>
/// <param name="Quota">The member's capacity.</param>
/// <param name="Retention">How far outputs may run ahead of their consumers; null: as far as they like.</param>
internal sealed record SharedByLanes(ProducerPool Pool, RateQuota Quota, OutputRetention? Retention);
