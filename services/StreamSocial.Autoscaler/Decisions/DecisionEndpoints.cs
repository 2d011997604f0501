using System.Collections.Immutable;
using StreamSocial.Control;
using StreamSocial.Scaling;

namespace StreamSocial.Autoscaler.Decisions;

internal static class DecisionEndpoints
{
    /// <summary><c>GET /v1/decisions</c>: the latest decision and the recorded ones before it.</summary>
    public static void MapDecisions(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/v1/decisions", (DecisionJournal journal) =>
        new DecisionsDocument(
            journal.Latest is { } latest ? DecisionDocument.From(latest) : null,
            [.. journal.Recorded.Reverse().Select(DecisionDocument.From)]))
        .WithName("GetDecisions").WithSummary("The latest decision and the recorded ones, newest first");
}

/// <summary>The answer of <c>GET /v1/decisions</c>.</summary>
/// <param name="Latest">The decision of the last tick, recorded or not; null before the first, and while another autoscaler decides.</param>
/// <param name="Recorded">Those that acted or differed from the one before, newest first.</param>
internal sealed record DecisionsDocument(DecisionDocument? Latest, ImmutableArray<DecisionDocument> Recorded);

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
    OverrideDocument Override,
    OutcomeDocument? Outcome,
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
        record.Override.ToDocument(),
        OutcomeDocument.From(record.Outcome),
        record.Decision.Terms,
        record.Decision.Unknown);
}

/// <summary>What came of a decision; what took too long is null.</summary>
/// <param name="SecondsToSettle">From the decision until all replicas were there and had restored what they own.</param>
/// <param name="SecondsToTarget">From the decision until no record waited longer than the target.</param>
/// <param name="WorstAgeSeconds">Greatest age of an unprocessed record meanwhile.</param>
internal sealed record OutcomeDocument(double? SecondsToSettle, double? SecondsToTarget, double? WorstAgeSeconds)
{
    public static OutcomeDocument? From(ScalingOutcome? outcome) => outcome is null
        ? null
        : new(
            outcome.HasSecondsToSettle ? outcome.SecondsToSettle : null,
            outcome.HasSecondsToTarget ? outcome.SecondsToTarget : null,
            outcome.HasWorstAgeSeconds ? outcome.WorstAgeSeconds : null);
}
