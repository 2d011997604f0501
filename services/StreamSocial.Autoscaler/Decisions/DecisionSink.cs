using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Publishes the decisions that the journal records.</summary>
internal interface IDecisionSink
{
    /// <summary>Hands a decision over; it is delivered later, in order.</summary>
    void Publish(DecisionRecord record);
}

/// <summary>Writes decisions to topic <c>scaling-decisions</c>.</summary>
internal sealed partial class KafkaDecisionSink(
    [FromKeyedServices(KafkaDecisionSink.ProducerName)] IProducer<byte[]?, byte[]?> producer, ILogger<KafkaDecisionSink> logger) : IDecisionSink, IDisposable
{
    /// <summary>Key of the producer's registration.</summary>
    public const string ProducerName = "autoscaler";

    /// <summary>Name in <c>unknown</c> of a replica count that could not be read; the message's own count is then meaningless.</summary>
    private const string Replicas = "replicas";

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    public void Publish(DecisionRecord record) => producer.Produce(
        TopicNames.ScalingDecisions,
        new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(record.Id), Value = ToMessage(record).ToByteArray() },
        report =>
        {
            if (report.Error.IsError)
                LogUndelivered(logger, record.Id, report.Error.Reason);
        });

    /// <summary>Waits until the last decisions are delivered; the producer belongs to the host.</summary>
    public void Dispose() => producer.Flush(DrainTimeout);

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

    [LoggerMessage(LogLevel.Warning, "Decision {DecisionId} could not be written to its topic: {Reason}")]
    private static partial void LogUndelivered(ILogger logger, string decisionId, string reason);
}
