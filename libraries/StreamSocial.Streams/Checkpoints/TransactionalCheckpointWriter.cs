using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// Writes the checkpoints of one lane in transactions with the group's offsets, on a thread of its own: atomic, safe under compaction,
/// and refused by the brokers when this member no longer belongs to the group.
/// </summary>
internal sealed class TransactionalCheckpointWriter : ICheckpointWriter
{
    /// <summary>Time to gather checkpoints for one transaction, which costs the cluster about the same for one task as for several.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly CheckpointQueue _queue;
    private readonly ManualResetEventSlim _work = new();
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _thread;

    public TransactionalCheckpointWriter(int lane, CheckpointTransactions transactions, FatalErrors fatal)
    {
        _queue = new CheckpointQueue(transactions);
        _thread = new Thread(() => fatal.Guard(Run)) { Name = $"checkpoints-{lane}", IsBackground = true };
        _thread.Start();
    }

    public void Write(StreamTask task, CheckpointSnapshot capture)
    {
        _queue.Write(task, capture);
        _work.Set();
    }

    public bool IsDurable(CheckpointSnapshot capture) => _queue.IsDurable(capture);

    public bool TryAbandon(CheckpointSnapshot capture) => _queue.TryAbandon(capture);

    public void Dispose()
    {
        _stopping.Set();
        _work.Set();
        _thread.Join();
        _queue.Dispose();
        _work.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        _queue.Prepare();
        while (!_stopping.IsSet)
        {
            _work.Wait();
            // All tasks are closed by then, and the group's view of a member that left may not be asked for: librdkafka crashes.
            if (_stopping.Wait(Gather))
                return;
            _work.Reset();
            if (!_queue.TryCommit())
                _stopping.Wait(RetryDelay);
            if (_queue.HasWaiting)
                _work.Set();
        }
    }
}

/// <summary>Builds the producers that write checkpoints.</summary>
internal sealed partial class TransactionalProducers(string transactionalId, KafkaClientSettings settings, ILogger logger)
{
    /// <summary>After this the brokers end a transaction whose writer died; a restore may have to wait for it.</summary>
    private static readonly TimeSpan TransactionTimeout = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;

    /// <summary>A producer that took part in no transaction yet.</summary>
    public IProducer<byte[]?, byte[]?> Create()
    {
        var config = settings.CreateProducerConfig(transactionalId);
        config.TransactionalId = transactionalId;
        config.TransactionTimeoutMs = (int)TransactionTimeout.TotalMilliseconds;
        // A transaction bounds the time of its records; the two may not contradict.
        config.MessageTimeoutMs = config.TransactionTimeoutMs;
        config.EnableGaplessGuarantee = false;
        // The commit sends at once what still gathers, so a partition's part of a checkpoint leaves as one batch.
        config.LingerMs = 50;
        return new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, message) => LogClient(message.Name, message.Facility, message.Message))
            .SetErrorHandler((_, error) => LogError(error.IsFatal, error.Code, error.Reason))
            .Build();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Transactional producer error (fatal: {Fatal}) {Code}: {Reason}")]
    private partial void LogError(bool fatal, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client} {Facility}: {Text}")]
    private partial void LogClient(string client, string facility, string text);
}
