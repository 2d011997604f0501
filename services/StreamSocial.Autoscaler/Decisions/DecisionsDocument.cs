using System.Collections.Immutable;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>The answer of <c>GET /v1/decisions</c>.</summary>
/// <param name="Latest">The decision of the last tick, recorded or not; null before the first.</param>
/// <param name="Recorded">Those that acted or differed from the one before, newest first.</param>
internal sealed record DecisionsDocument(DecisionDocument? Latest, ImmutableArray<DecisionDocument> Recorded);
