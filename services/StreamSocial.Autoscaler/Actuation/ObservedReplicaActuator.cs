using StreamSocial.Autoscaler.Signals;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Autoscaler.Actuation;

/// <summary>Counts the members where there is no orchestrator to ask; for dry runs beside a group that something else sizes.</summary>
internal sealed class ObservedReplicaActuator(IMembersView members) : IReplicaActuator
{
    public Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken)
    {
        var snapshot = members.Current;
        return Task.FromResult(snapshot.IsCaughtUp ? new ScaleSignal(snapshot.Members.Count, snapshot.Members.Count, 0, int.MaxValue) : null);
    }

    public Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken) =>
        Task.FromResult(new ActuationResult(false, "there is no orchestrator to ask; set Scale:Endpoint"));
}
