namespace StreamSocial.Autoscaler.Actuation;

/// <summary>What became of a decision that acts.</summary>
/// <param name="IsAccepted">Whether the orchestrator took it.</param>
/// <param name="Detail">One sentence for a person.</param>
internal sealed record ActuationResult(bool IsAccepted, string Detail);
