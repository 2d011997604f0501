using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Autoscaler.Actuation;

/// <summary>The orchestrator that starts and stops replicas.</summary>
internal interface IReplicaActuator
{
    /// <summary>Reads how many replicas there are; null when it does not say.</summary>
    Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Asks for a number of replicas; returns when the orchestrator took or refused it, not when they run.</summary>
    Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken);
}
