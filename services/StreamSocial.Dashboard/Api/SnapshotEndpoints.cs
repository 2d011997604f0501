using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Api;

internal static class SnapshotEndpoints
{
    /// <summary><c>GET /api/snapshot</c>, <c>/api/stream</c> (server-sent events, one a snapshot) and <c>/api/history</c>.</summary>
    public static void MapSnapshots(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api");
        api.MapGet("/snapshot", (SnapshotStore store) => store.Current is { } current
            ? Results.Text(current.Json, "application/json")
            : Results.Problem("No snapshot has been taken yet; try again in a second.", statusCode: StatusCodes.Status503ServiceUnavailable))
            .WithName("GetSnapshot").WithSummary("The latest snapshot of the cluster")
            .Produces<DashboardSnapshot>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/stream", (SnapshotStore store, IHostApplicationLifetime lifetime, CancellationToken aborted) =>
            TypedResults.ServerSentEvents(Events(store, lifetime.ApplicationStopping, aborted)))
            .WithName("StreamSnapshots").WithSummary("Each new snapshot as a server-sent event");
        api.MapGet("/history", (SnapshotStore store) => HistoryDocument.From([.. store.History]))
            .WithName("GetHistory").WithSummary("Rates, lag and replicas of the last minutes");
    }

    // A stream ends with its client or with the service, which otherwise would wait for its clients to go.
    private static async IAsyncEnumerable<SseItem<string>> Events(
        SnapshotStore store, CancellationToken stopping, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        await using var snapshots = store.ReadAllAsync(ended.Token).GetAsyncEnumerator(CancellationToken.None);
        while (await MoveNextAsync(snapshots, ended.Token))
            yield return new SseItem<string>(snapshots.Current.Json, "snapshot");
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<PublishedSnapshot> snapshots, CancellationToken ended)
    {
        try
        {
            return await snapshots.MoveNextAsync();
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>The answer of <c>GET /api/history</c>: parallel arrays, oldest first; null is unknown.</summary>
/// <param name="At">Unix milliseconds.</param>
/// <param name="RateIn">Records per second appended.</param>
/// <param name="RateOut">Records per second processed.</param>
/// <param name="Lag">Records that waited.</param>
/// <param name="Replicas">Replicas that ran.</param>
internal sealed record HistoryDocument(long[] At, double?[] RateIn, double?[] RateOut, long?[] Lag, int?[] Replicas)
{
    public static HistoryDocument From(IReadOnlyCollection<HistoryPoint> points) => new(
        [.. points.Select(point => point.At)],
        [.. points.Select(point => point.RateIn)],
        [.. points.Select(point => point.RateOut)],
        [.. points.Select(point => point.Lag)],
        [.. points.Select(point => point.Replicas)]);
}
