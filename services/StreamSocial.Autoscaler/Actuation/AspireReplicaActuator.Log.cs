namespace StreamSocial.Autoscaler.Actuation;

internal sealed partial class AspireReplicaActuator
{
    [LoggerMessage(LogLevel.Debug, "The number of replicas is unknown: {Endpoint} did not say ({Error})")]
    private static partial void LogUnreadable(ILogger logger, Uri? endpoint, string error);
}
