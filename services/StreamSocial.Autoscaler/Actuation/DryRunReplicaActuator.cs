using System.Globalization;
using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Autoscaler.Actuation;

/// <summary>Reads what the real one reads and changes nothing.</summary>
internal sealed class DryRunReplicaActuator(IReplicaActuator observed) : IReplicaActuator
{
    public Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken) => observed.ReadAsync(cancellationToken);

    public Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken) =>
        Task.FromResult(new ActuationResult(true, string.Create(CultureInfo.InvariantCulture, $"dry run: would have asked for {replicas} replicas")));
}
