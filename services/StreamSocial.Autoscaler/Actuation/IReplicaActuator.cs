using StreamSocial.Scaling.Signals;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Autoscaler.Actuation;

/// <summary>The orchestrator that starts and stops replicas. <c>Autoscaler:Actuator</c> selects one by its name.</summary>
/// <remarks>An implementation must not depend on <see cref="AutoscalerOptions"/>, whose validation asks for the names of all actuators.</remarks>
internal interface IReplicaActuator
{
    /// <summary>Name in options.</summary>
    string Name { get; }

    /// <summary>Whether there is somebody to ask for a number. Where not, what is read is how many there happen to be.</summary>
    /// <value>Default true.</value>
    bool CanAsk => true;

    /// <summary>Reads how many replicas there are; null when unknown.</summary>
    Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Asks for a number of replicas; returns when the orchestrator accepted or refused it, not when they run.</summary>
    Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken);
}

/// <summary>The outcome of a request for replicas.</summary>
/// <param name="IsAccepted">Whether the orchestrator accepted it.</param>
/// <param name="Detail">One sentence for a person.</param>
/// <param name="IsDryRun">Whether it was not made, since nothing is to be changed.</param>
internal sealed record ActuationResult(bool IsAccepted, string Detail, bool IsDryRun = false)
{
    /// <summary>Whether all stays as it was.</summary>
    public bool ChangesNothing => !IsAccepted || IsDryRun;
}

/// <summary>Counts the members where there is no orchestrator; for dry runs beside a group that something else sizes.</summary>
internal sealed class ObservedReplicaActuator(IMembersView members) : IReplicaActuator
{
    public const string ActuatorName = "observed";

    public string Name => ActuatorName;

    public bool CanAsk => false;

    public Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken)
    {
        var snapshot = members.Current;
        return Task.FromResult(snapshot.IsCaughtUp ? new ScaleSignal(snapshot.Members.Count, snapshot.Members.Count, 0, int.MaxValue) : null);
    }

    public Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken) =>
        Task.FromResult(new ActuationResult(false, "there is no orchestrator to ask; set Scale:Endpoint"));
}

/// <summary>Reads what another actuator reads and changes nothing. <c>Autoscaler:DryRun</c> puts it around the selected one.</summary>
internal sealed class DryRunReplicaActuator(IReplicaActuator inner) : IReplicaActuator
{
    public string Name => inner.Name;

    /// <summary>Another autoscaler may ask for numbers, and what it asks for is no person's wish.</summary>
    public bool CanAsk => false;

    public Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken) => inner.ReadAsync(cancellationToken);

    public Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken) =>
        Task.FromResult(new ActuationResult(true, FormattableString.Invariant($"dry run: would have asked for {replicas} replicas"), IsDryRun: true));
}
