namespace StreamSocial.Autoscaler.Signals;

/// <summary>Replicas as the orchestrator knows them.</summary>
/// <param name="Desired">As asked for last.</param>
/// <param name="Running">Started and not ended.</param>
/// <param name="Minimum">Fewest that the orchestrator allows.</param>
/// <param name="Maximum">Most that the orchestrator allows.</param>
internal sealed record ScaleSignal(int Desired, int Running, int Minimum, int Maximum);
