using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Kafka;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Publishes the decisions that the journal records.</summary>
internal interface IDecisionSink
{
    /// <summary>Hands a decision over; it is delivered later, in order.</summary>
    void Publish(DecisionRecord record);
}

/// <summary>Writes decisions to topic <c>scaling-decisions</c>.</summary>
internal sealed partial class KafkaDecisionSink : IDecisionSink, IDisposable
{
    /// <summary>Name in <c>unknown</c> of a replica count that could not be read; the message's own count is then meaningless.</summary>
    private const string Replicas = "replicas";

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private readonly ILogger<KafkaDecisionSink> _logger;
    private readonly IProducer<string, byte[]> _producer;

    public KafkaDecisionSink(KafkaClientSettings settings, ILogger<KafkaDecisionSink> logger)
    {
        _logger = logger;
        var config = settings.CreateProducerConfig("autoscaler");
        config.DeliveryReportFields = "key,status";
        _producer = new ProducerBuilder<string, byte[]>(config)
            .SetErrorHandler((_, error) => LogClientError(logger, error.Reason))
            .SetLogHandler((_, _) => { /* The error handler reports what matters; librdkafka's own lines would bypass the log format. */ })
            .Build();
    }

    public void Publish(DecisionRecord record) => _producer.Produce(
        TopicNames.ScalingDecisions,
        new Message<string, byte[]> { Key = record.Id, Value = ToMessage(record).ToByteArray() },
        report =>
        {
            if (report.Error.IsError)
                LogUndelivered(_logger, report.Message.Key, report.Error.Reason);
        });

    public void Dispose()
    {
        _producer.Flush(DrainTimeout);
        _producer.Dispose();
    }

    private static ScalingDecision ToMessage(DecisionRecord record)
    {
        var decision = record.Decision;
        var message = new ScalingDecision
        {
            DecisionId = record.Id,
            DecidedAt = record.DecidedAt.ToUnixTimeMilliseconds(),
            Verdict = decision.Verdict,
            CurrentReplicas = decision.Current ?? 0,
            DesiredReplicas = decision.Desired ?? 0,
            Reason = record.Actuation is { } actuation ? $"{decision.Reason} ({actuation.Detail})" : decision.Reason,
            Policy = record.Policy,
        };
        foreach (var (name, value) in decision.Terms)
            message.Terms.Add(name, value);
        message.Unknown.Add(decision.Unknown);
        if (decision.Current is null && !message.Unknown.Contains(Replicas))
            message.Unknown.Add(Replicas);
        return message;
    }

    [LoggerMessage(LogLevel.Warning, "Kafka: {Reason}")]
    private static partial void LogClientError(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Decision {DecisionId} could not be written to its topic: {Reason}")]
    private static partial void LogUndelivered(ILogger logger, string decisionId, string reason);
}
