using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Kafka;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Writes decisions to topic <c>scaling-decisions</c>.</summary>
internal sealed partial class KafkaDecisionSink : IDecisionSink, IDisposable
{
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
            .SetLogHandler((_, _) => { /* The error handler has what matters; librdkafka's own lines bypass the log format. */ })
            .Build();
    }

    public void Publish(ScalingDecision decision) => _producer.Produce(
        TopicNames.ScalingDecisions,
        new Message<string, byte[]> { Key = decision.DecisionId, Value = decision.ToByteArray() },
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
}
