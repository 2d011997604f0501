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
