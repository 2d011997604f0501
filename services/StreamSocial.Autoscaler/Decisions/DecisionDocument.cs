using System.Collections.Immutable;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>A decision in <c>GET /v1/decisions</c>.</summary>
internal sealed record DecisionDocument(
    string Id,
    DateTimeOffset DecidedAt,
    string Policy,
    string Verdict,
    string Cause,
    int? Current,
    int? Desired,
    int? Recommended,
    string Reason,
    string? Actuation,
    ImmutableSortedDictionary<string, double> Terms,
    ImmutableArray<string> Unknown)
{
    public static DecisionDocument From(DecisionRecord record) => new(
        record.Id,
        record.DecidedAt,
        record.Policy,
        record.Decision.Verdict.ToString(),
        record.Decision.Cause.ToString(),
        record.Decision.Current,
        record.Decision.Desired,
        record.Decision.Recommended,
        record.Decision.Reason,
        record.Actuation?.Detail,
        record.Decision.Terms,
        record.Decision.Unknown);
}
