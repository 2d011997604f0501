using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Scaling;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Publishes the decisions that the journal records, in order.</summary>
internal interface IDecisionSink
{
    /// <summary>Hands a decision over; it is delivered later.</summary>
    void Publish(DecisionRecord record);

    /// <summary>Hands over a decision of another autoscaler, with the answer that this one got; it is delivered later.</summary>
    void Publish(ScalingDecision decision);

    /// <summary>Publishes a decision; false when it could not be made durable in time.</summary>
    Task<bool> PublishAsync(DecisionRecord record, CancellationToken cancellationToken);
}

/// <summary>Writes decisions to topic <c>scaling-decisions</c>.</summary>
internal sealed partial class KafkaDecisionSink(
    [FromKeyedServices(KafkaDecisionSink.ProducerName)] IProducer<byte[]?, byte[]?> producer, TimeProvider time, ILogger<KafkaDecisionSink> logger) : IDecisionSink, IDisposable
{
    /// <summary>Key of the producer's registration.</summary>
    public const string ProducerName = "autoscaler";

    /// <summary>Name in <c>unknown</c> of a replica count that could not be read; the message's own count is then meaningless.</summary>
    private const string Replicas = "replicas";

    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    public void Publish(DecisionRecord record) => Publish(ToMessage(record));

    public void Publish(ScalingDecision decision) => producer.Produce(
        TopicNames.ScalingDecisions,
        ToRecord(decision),
        report =>
        {
            if (report.Error.IsError)
                LogUndelivered(logger, decision.DecisionId, report.Error.Reason);
        });

    public async Task<bool> PublishAsync(DecisionRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await producer.ProduceAsync(TopicNames.ScalingDecisions, ToRecord(ToMessage(record)), cancellationToken).WaitAsync(DeliveryTimeout, time, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is KafkaException or TimeoutException)
        {
            LogUndelivered(logger, record.Id, e.Message);
            return false;
        }
    }

    /// <summary>Waits until the last decisions are delivered; the producer belongs to the host.</summary>
    public void Dispose() => producer.Flush(DrainTimeout);

    private static Message<byte[]?, byte[]?> ToRecord(ScalingDecision decision) => new() { Key = Encoding.UTF8.GetBytes(decision.DecisionId), Value = decision.ToByteArray() };

    private static ScalingDecision ToMessage(DecisionRecord record)
    {
        var decision = record.Decision;
        var message = new ScalingDecision
        {
            DecisionId = record.Id,
            DecidedAt = record.DecidedAt.ToUnixTimeMilliseconds(),
            Verdict = decision.Verdict,
            Cause = decision.Cause.ToString(),
            CurrentReplicas = decision.Current ?? 0,
            DesiredReplicas = decision.Desired ?? 0,
            Reason = decision.Reason,
            Policy = record.Policy,
            Override = record.Override.ToMessage(),
            Outcome = record.Outcome,
        };
        if (decision.Recommended is { } recommended)
            message.RecommendedReplicas = recommended;
        if (record.Actuation is { } actuation)
            (message.Actuation, message.Accepted) = (actuation.Detail, !actuation.ChangesNothing);
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
