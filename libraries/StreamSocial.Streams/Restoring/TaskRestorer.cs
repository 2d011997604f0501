using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// Brings the state of newly assigned tasks back, many at a time, on a thread and with a consumer of its own, so that the tasks that
/// run meanwhile are not held up.
/// </summary>
internal sealed partial class TaskRestorer : IDisposable
{
    /// <summary>Changelogs read at the same time.</summary>
    private const int MaxConcurrent = 256;

    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(20);

    private readonly TaskEnvironment _environment;
    private readonly ILogger<TaskRestorer> _logger;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IRestoreProtocol _protocol;
    private readonly Dictionary<TopicPartition, RestoreSession> _reading = [];
    private readonly Action<StreamTask> _onRestored;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public TaskRestorer(
        KafkaClientSettings settings, StreamsOptions options, TaskEnvironment environment, TimeProvider time, FatalErrors fatal,
        ILogger<TaskRestorer> logger, Action<StreamTask> onRestored)
    {
        _environment = environment;
        _logger = logger;
        _onRestored = onRestored;
        var config = settings.CreateConsumerConfig($"{options.MemberId}-restore", options.GroupId);
        config.EnablePartitionEof = true;
        _consumer = KafkaConsumers.Build(config, logger);
        _protocol = settings.IsEmbedded ? new ClaimedRestore(environment, time) : new TransactionalRestore(_consumer.Committed, time);
        _thread = new Thread(() => fatal.Guard(Run)) { Name = "restore", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>Begins to restore a task; the callback given at construction tells when it can run.</summary>
    public void Restore(StreamTask task) => _protocol.Open(new RestoreSession(task));

    /// <summary>Ends the thread; tasks that were being restored stay unrestored.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (_thread.IsAlive)
            _thread.Join();
        _consumer.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            DropClosed();
            TakeOpened();
            var record = _consumer.Consume(PollTimeout);
            while (record is not null && !_stopping)
            {
                Take(record);
                record = _consumer.Consume(TimeSpan.Zero);
            }
        }
    }

    private void TakeOpened()
    {
        var sessions = new List<RestoreSession>();
        _protocol.TakeOpened(sessions, MaxConcurrent - _reading.Count);
        var assign = new List<TopicPartitionOffset>();
        foreach (var session in sessions.Where(session => session.Task.State.Current == TaskState.Restoring))
        {
            if (_protocol.IsEmpty(session))
            {
                Finish(session);
                continue;
            }
            _reading.Add(session.Task.Changelog, session);
            assign.Add(new TopicPartitionOffset(session.Task.Changelog, Offset.Beginning));
        }
        if (assign.Count > 0)
            _consumer.IncrementalAssign(assign);
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (!_reading.TryGetValue(record.TopicPartition, out var session))
            return;
        if (!record.IsPartitionEOF)
            session.Replay.Read(record);
        if (!_protocol.IsComplete(session, record.Offset.Value, record.IsPartitionEOF))
            return;
        Forget(session);
        Finish(session);
    }

    private void Finish(RestoreSession session)
    {
        var task = session.Task;
        session.Complete();
        Interlocked.Add(ref _environment.Totals.RestoredBytes, session.Replay.Bytes);
        Interlocked.Increment(ref _environment.Totals.PartitionsRestored);
        LogRestored(task.Id, task.Checkpoint, session.Replay.Records, session.Replay.Bytes);
        _onRestored(task);
    }

    private void DropClosed()
    {
        foreach (var session in _reading.Values.Where(session => session.Task.State.Current == TaskState.Closed).ToArray())
            Forget(session);
    }

    private void Forget(RestoreSession session)
    {
        _reading.Remove(session.Task.Changelog);
        _consumer.IncrementalUnassign([session.Task.Changelog]);
    }
}
