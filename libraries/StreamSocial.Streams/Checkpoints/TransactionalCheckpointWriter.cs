using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// For a cluster with transactions: writes the checkpoints of one lane in transactions with the group's offsets, on threads of its own. They are
/// atomic and safe under compaction, and the brokers reject them when this member no longer belongs to the group.
/// </summary>
internal sealed partial class TransactionalCheckpointWriter : ICheckpointWriter
{
    /// <summary>Part of the interval between a task's checkpoints for which they are gathered.</summary>
    private const double GatherOfInterval = 0.1;

    private static readonly TimeSpan LongestGather = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest time that the end waits for the threads: all tasks are closed, so nobody waits for what they still write.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(30);

    private readonly CheckpointQueue _queue;
    private readonly ILogger _logger;
    private readonly int _lane;
    private readonly TimeProvider _time;
    private readonly TimeSpan _gather;
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread[] _threads;

    /// <param name="lane">The lane's number.</param>
    /// <param name="transactions">Write them, one at a time each.</param>
    /// <param name="interval">
    /// How often a task writes a checkpoint. For a tenth of it, at most a second, checkpoints are gathered, unless somebody waits for one: a transaction costs the
    /// brokers about the same for one task as for several.
    /// </param>
    /// <param name="fatal">Told when a thread fails.</param>
    /// <param name="time">Measures how long a transaction takes.</param>
    /// <param name="logger">Says that a thread does not end.</param>
    public TransactionalCheckpointWriter(
        int lane, IReadOnlyList<CheckpointTransactions> transactions, TimeSpan interval, FatalErrors fatal, TimeProvider time, ILogger<TransactionalCheckpointWriter> logger)
    {
        (_lane, _time, _logger) = (lane, time, logger);
        var gather = interval * GatherOfInterval;
        _gather = gather < LongestGather ? gather : LongestGather;
        _queue = new CheckpointQueue(transactions, time);
        _threads = [.. transactions.Select((_, producer) => new Thread(() => fatal.Guard(() => Run(producer))) { Name = $"checkpoints-{lane}-{producer}", IsBackground = true })];
        foreach (var thread in _threads)
            thread.Start();
    }

    public void Write(StreamTask task, CheckpointSnapshot snapshot) => _queue.Write(task, snapshot);

    public void Hurry() => _queue.Hurry();

    public bool IsDurable(CheckpointSnapshot snapshot) => _queue.IsDurable(snapshot);

    public bool TryAbandon(CheckpointSnapshot snapshot) => _queue.TryAbandon(snapshot);

    public void Dispose()
    {
        _stopping.Set();
        _queue.EndWaits();
        var started = _time.GetTimestamp();
        var left = _threads.Count(thread => !thread.Join(Rest(_time.GetElapsedTime(started))));
        if (left > 0)
        {
            // It still uses what would be disposed of. Whatever it has begun, the next owner sees to.
            LogLeft(left, _lane);
            return;
        }
        _queue.Dispose();
        _stopping.Dispose();
    }

    private static TimeSpan Rest(TimeSpan elapsed) => elapsed < EndTimeout ? EndTimeout - elapsed : TimeSpan.Zero;

    private void Run(int producer)
    {
        if (producer == 0)
            _queue.Prepare();
        while (true)
        {
            _queue.WaitForWork(_gather);
            // All tasks are closed when this stops; what still waits belongs to others.
            if (_stopping.IsSet)
                return;
            if (!_queue.TryCommit(producer))
            {
                _stopping.Wait(RetryDelay);
                _queue.Hurry();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} threads that write checkpoints of lane {Lane} do not end and are left as they are; the next owners of its tasks see to what they have begun")]
    private partial void LogLeft(int count, int lane);
}

/// <summary>Builds the producers that write checkpoints.</summary>
internal sealed partial class TransactionalProducers(string transactionalId, KafkaClientSettings settings, ILogger logger)
{
    /// <summary>Transactional ids of a lane, which may write so many transactions at a time.</summary>
    public const int PerLane = 4;

    /// <inheritdoc cref="KafkaClientSettings.TransactionTimeout"/>
    public static TimeSpan TransactionTimeout => KafkaClientSettings.TransactionTimeout;

    private readonly ILogger _logger = logger;

    /// <summary>Creates a producer that has not taken part in a transaction yet.</summary>
    /// <param name="maxRecordBytes">Most bytes of a record and of a batch.</param>
    public IProducer<byte[]?, byte[]?> Create(int maxRecordBytes)
    {
        var config = settings.CreateTransactionalProducerConfig(transactionalId, maxRecordBytes);
        var builder = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, message) => LogClient(message.Name, message.Facility, message.Message))
            .SetErrorHandler((_, error) => LogError(error.IsFatal, error.Code, error.Reason));
        settings.Metrics?.Watch(config, builder);
        return builder.Build();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Transactional producer error (fatal: {Fatal}) {Code}: {Reason}")]
    private partial void LogError(bool fatal, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private partial void LogClient(string client, string facility, string text);
}
