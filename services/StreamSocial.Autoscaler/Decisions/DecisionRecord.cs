using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Policies;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>A decision as it is kept and shown.</summary>
/// <param name="Id">Unique; sorts by time.</param>
/// <param name="DecidedAt">When it was made.</param>
/// <param name="Policy">Which policy made it.</param>
/// <param name="Decision">The decision.</param>
/// <param name="Actuation">What became of it; null when nothing was to be done.</param>
internal sealed record DecisionRecord(string Id, DateTimeOffset DecidedAt, string Policy, PolicyDecision Decision, ActuationResult? Actuation);
