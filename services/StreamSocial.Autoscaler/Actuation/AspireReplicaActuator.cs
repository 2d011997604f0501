using StreamSocial.Control;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Autoscaler.Actuation;

/// <summary>Scales through the control server of the Aspire AppHost.</summary>
internal sealed partial class AspireReplicaActuator(ControlClient control, ILogger<AspireReplicaActuator> logger) : IReplicaActuator
{
    public const string ActuatorName = "aspire";

    public string Name => ActuatorName;

    public async Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var scale = await control.GetScaleAsync(cancellationToken);
            return new ScaleSignal(scale.Spec.Replicas, scale.Status.Replicas, scale.Minimum, scale.Maximum);
        }
        catch (ControlException exception)
        {
            LogUnknown(logger, exception.Message);
            return null;
        }
    }

    public async Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken)
    {
        try
        {
            await control.SetReplicasAsync(replicas, cancellationToken);
            return new ActuationResult(true, FormattableString.Invariant($"asked the orchestrator for {replicas} replicas"));
        }
        catch (ControlException exception)
        {
            var outcome = exception.Status is null ? "did not answer" : "refused";
            return new ActuationResult(false, $"the orchestrator {outcome}: {exception.Message}");
        }
    }

    [LoggerMessage(LogLevel.Debug, "The number of replicas is unknown: {Reason}")]
    private static partial void LogUnknown(ILogger logger, string reason);
}
