using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Testing;

/// <summary>
/// Runs a stage without a broker, with a clock that the test sets. It runs the stage's processors in the runtime's own tasks, with edges,
/// checkpoints and restores, for any number of input partitions. Everything runs inside the calls, on the caller's thread.
/// </summary>
/// <example>
/// <code>
/// using var driver = new TaskTestDriver(stage, new Dictionary&lt;string, int&gt; { ["words"] = 2, ["counts"] = 1 });
/// driver.Pipe("a-key", new StringValue { Value = "hello" });
/// driver.Checkpoint();
/// driver.Time += TimeSpan.FromMinutes(1);
/// driver.Pipe("a-key", new StringValue { Value = "again" });
/// driver.Restart();                       // a crash: back to the checkpoint, then the input after it again
/// var counts = driver.ReadOutput("counts"); // each entry once, whatever was repeated
/// var two = driver.Read("a-key", (WordCounter counter) => counter.Of("a-key"));
/// </code>
/// </example>
public sealed class TaskTestDriver : IDisposable
{
    private const string Source = "test/1";

    private readonly StageDefinition _stage;
    private readonly FixedLayout _layout;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly OutputLog _log;
    private readonly TaskEnvironment _environment;
    private readonly StreamsOptions _options = new() { CheckpointInterval = TimeSpan.FromMicroseconds(1) };
    private readonly Dictionary<int, List<ConsumeResult<byte[]?, byte[]?>>> _inputs = [];
    private readonly Dictionary<int, StreamTask> _tasks = [];
    private LaneTasks _lane;

    /// <summary>Prepares the stage; a partition's task starts with the first entry for it.</summary>
    /// <param name="stage">What to run.</param>
    /// <param name="partitions">
    /// Partition counts of the input and of every topic that the processor emits to or asks about, and of the input's dead-letter topic if it
    /// rejects entries.
    /// </param>
    /// <param name="maxTries">How often an entry that the processor rejects is tried before it goes to the dead-letter topic.</param>
    /// <param name="limit">Largest record, as brokers refuse larger ones; that of a client's default when absent.</param>
    public TaskTestDriver(StageDefinition stage, IReadOnlyDictionary<string, int> partitions, int maxTries = 3, RecordLimit? limit = null)
    {
        _stage = stage;
        _layout = new FixedLayout(partitions);
        _log = new OutputLog(stage.StateTopic, _time, limit);
        _environment = new TaskEnvironment("test", _layout, _log, maxTries, static error => throw new KafkaException(error))
        {
            Limits = RecordLimits.Fixed(limit ?? RecordLimit.ClientDefault),
        };
        _lane = CreateLane();
    }

    /// <summary>The clock, which is the time of the records piped from now on.</summary>
    /// <value>Default 2020-01-01 UTC.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is before the current one.</exception>
    public DateTimeOffset Time
    {
        get => _time.GetUtcNow();
        set => _time.SetUtcNow(value);
    }

    /// <summary>Number of entries that were sent again after a restart, which a receiver drops.</summary>
    public long RepeatedOutputs => _log.Audit.DuplicatesDropped;

    /// <summary>Pipes an entry to the partition of its key.</summary>
    public void Pipe(string key, IMessage payload) => Pipe(_layout.PartitionOf(_stage.InputTopic, key), key, payload);

    /// <summary>Pipes an entry to a partition.</summary>
    public void Pipe(int partition, string? key, IMessage payload)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, _layout.PartitionCountOf(_stage.InputTopic));
        if (!_inputs.TryGetValue(partition, out var input))
            _inputs.Add(partition, input = []);
        var message = new Message<byte[]?, byte[]?>
        {
            Key = key is null ? null : Encoding.UTF8.GetBytes(key),
            Value = payload.ToByteArray(),
            Headers = new Headers
            {
                { RecordHeaders.EdgeSource, Encoding.UTF8.GetBytes(Source) },
                { RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(input.Count + 1) },
            },
        };
        var task = TaskOf(partition);
        var record = _log.Record(_stage.InputTopic, partition, input.Count, message);
        input.Add(record);
        Process(task, record);
    }

    /// <summary>Removes and returns what was emitted to a topic since the last call; the input's dead-letter topic is one too.</summary>
    public IReadOnlyList<TestOutput> ReadOutput(string topic) => _log.Take(topic);

    /// <summary>Reads a partition's processor.</summary>
    public TResult Read<TProcessor, TResult>(int partition, Func<TProcessor, TResult> read)
        where TProcessor : class, IRecordProcessor => TaskOf(partition).Read(read);

    /// <summary>Reads the processor of a key's partition.</summary>
    public TResult Read<TProcessor, TResult>(string key, Func<TProcessor, TResult> read)
        where TProcessor : class, IRecordProcessor => Read(_layout.PartitionOf(_stage.InputTopic, key), read);

    /// <summary>Writes a checkpoint of every task that has new input.</summary>
    /// <returns>Bytes of keys and values written to the changelog.</returns>
    public long Checkpoint()
    {
        var before = _environment.Totals.ChangelogBytes;
        // Tasks take turns over the interval, which is too short to be seen in a record's time.
        _time.Advance(2 * _options.CheckpointInterval);
        // Begun, written and found durable in three turns, a few tasks in each.
        for (var turn = 0; turn < _tasks.Count + 3; turn++)
            _lane.Advance();
        return _environment.Totals.ChangelogBytes - before;
    }

    /// <summary>Kills all tasks and starts them again: restores and verifies their state, then processes the input after the checkpoint again.</summary>
    /// <exception cref="StateChecksumException">A restored store differs from its checkpoint.</exception>
    public void Restart()
    {
        int[] partitions = [.. _tasks.Keys];
        _lane.Discard(_tasks.Values);
        _tasks.Clear();
        _lane = CreateLane();
        foreach (var partition in partitions)
            Continue(TaskOf(partition));
    }

    /// <summary>Ends all tasks.</summary>
    public void Dispose() => _lane.Discard(_tasks.Values);

    private LaneTasks CreateLane() =>
        new(_options, bounded: false, _environment, new FencedCheckpointWriter(_log, _environment.MemberId, _environment.OnDeliveryFailed, _time), static _ => { }, _time);

    /// <returns>False when the task failed and its next run has processed the record and all after it.</returns>
    private bool Process(StreamTask task, ConsumeResult<byte[]?, byte[]?> record)
    {
        _lane.Process(record);
        if (task.State == TaskState.Running && !_lane.Running.Contains(task))
        {
            AwaitHeld(task);
            _lane.Process(record);
        }
        _lane.Send();
        task.ObserveAcknowledgements();
        if (task.State != TaskState.Failed)
            return true;
        var failure = task.Failure!;
        _lane.Discard([task]);
        _tasks.Remove(task.Id.Partition);
        Continue(TaskOf(task.Id.Partition, failure.Entry ?? throw new InvalidOperationException(failure.Reason, failure.Error)));
        return false;
    }

    private void Continue(StreamTask task)
    {
        foreach (var record in _inputs.GetValueOrDefault(task.Id.Partition, []).Skip((int)task.NextOffset))
        {
            if (!Process(task, record))
                return;
        }
    }

    /// <summary>Lets the checkpoint that a task waits for become durable.</summary>
    private void AwaitHeld(StreamTask task)
    {
        while (!_lane.Running.Contains(task))
            _lane.Advance();
        _lane.TakeStarting();
    }

    private StreamTask TaskOf(int partition, EntryFailure? lastFailure = null)
    {
        if (_tasks.TryGetValue(partition, out var task))
            return task;
        task = new StreamTask(new TaskId(_stage.InputTopic, partition), _stage, epoch: 1, _environment, lastFailure: lastFailure);
        var session = new RestoreSession(task);
        var protocol = new FencedRestore(_environment, _time);
        protocol.Open(session);
        foreach (var record in _log.Changelog(partition))
            session.Replay.Read(record);
        session.Complete();
        _lane.Add(task);
        AwaitHeld(task);
        _tasks.Add(partition, task);
        return task;
    }
}

/// <summary>An entry that a processor emitted.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Partition">Which partition of it.</param>
/// <param name="Key">Key of the record; null for an entry addressed to a partition.</param>
/// <param name="Payload">The serialised message; empty for a tombstone.</param>
public sealed record TestOutput(string Topic, int Partition, string? Key, ReadOnlyMemory<byte> Payload);
