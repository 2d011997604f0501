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
