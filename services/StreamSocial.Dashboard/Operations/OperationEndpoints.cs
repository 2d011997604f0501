using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using StreamSocial.Operations.Log;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Operations;

internal static class OperationEndpoints
{
    private const int MostOperations = 1_000;

    private static readonly ProblemKind Unread = new(
        503, "operations_unread", "The log of actions has not been read to its end yet.", "Try again in a second; if it stays so, look at the brokers.");

    /// <summary><c>GET /api/operations</c>: what people made the cluster do.</summary>
    public static void MapOperations(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/operations", Get)
            .WithName("GetOperations").WithSummary("What people made the cluster do: who, when, to what, and what came of it; newest first")
            .Produces<OperationsDocument>().WithProblems(ApiProblems.Invalid, ApiProblems.Malformed, Unread);

    private static IResult Get(IOperationsView operations, [FromQuery, Range(1, MostOperations), Description("Most actions to answer; 100 by default.")] int? limit)
    {
        var most = limit ?? 100;
        if (most is < 1 or > MostOperations)
            return ApiProblems.InvalidFields(new Dictionary<string, string[]> { ["limit"] = [$"must be 1 to {MostOperations}"] });
        return operations.Current is { } current ? Results.Ok(new OperationsDocument(OperationDocument.Newest(current, most))) : Unread.Answer();
    }
}

/// <summary>The answer of <c>GET /api/operations</c>.</summary>
/// <param name="Operations">Newest first.</param>
internal sealed record OperationsDocument(IReadOnlyList<OperationDocument> Operations);
