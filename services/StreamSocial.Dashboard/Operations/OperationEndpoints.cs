using System.Globalization;
using StreamSocial.Operations.Log;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Operations;

internal static class OperationEndpoints
{
    private const int MostOperations = 1_000;
    private const int DefaultOperations = 100;

    private static readonly ProblemKind Unread = new(
        503, "operations_unread", "The log of actions has not been read to its end yet.", "Try again in a second; if it stays so, look at the brokers.");

    /// <summary><c>GET /api/operations</c>: what people made the cluster do.</summary>
    public static void MapOperations(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/operations", Get)
            .WithName("GetOperations").WithSummary("What people made the cluster do: who, when, to what, and what came of it; newest first")
            .Produces<OperationsDocument>().WithProblems(ApiProblems.Invalid, Unread)
            .WithMetadata(new QueryNumber("limit", 1, _ => MostOperations, DefaultOperations, "Most actions."));

    private static IResult Get(IOperationsView operations, string? limit)
    {
        var most = DefaultOperations;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most is >= 1 and <= MostOperations))
            return ApiProblems.InvalidFields(new Dictionary<string, string[]> { ["limit"] = [$"A limit is a whole number from 1 to {MostOperations}."] });
        return operations.Current is { } current ? Results.Ok(new OperationsDocument(OperationDocument.Newest(current, most))) : Unread.Answer();
    }
}

/// <summary>The answer of <c>GET /api/operations</c>.</summary>
/// <param name="Operations">Newest first.</param>
internal sealed record OperationsDocument(IReadOnlyList<OperationDocument> Operations);
