using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;

namespace StreamSocial.Streams.Checkpoints;

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
