namespace StreamSocial.Autoscaler.Decisions;

internal sealed partial class KafkaDecisionSink
{
    [LoggerMessage(LogLevel.Warning, "Kafka: {Reason}")]
    private static partial void LogClientError(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Decision {DecisionId} could not be written to its topic: {Reason}")]
    private static partial void LogUndelivered(ILogger logger, string decisionId, string reason);
}
