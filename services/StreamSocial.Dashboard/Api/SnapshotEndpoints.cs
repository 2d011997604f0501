using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
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
        api.MapGet("/stream", (SnapshotStore store, IHostApplicationLifetime lifetime, TimeProvider time, HttpResponse response, CancellationToken aborted) =>
        {
            // By the difference to its own clock the page knows how old a snapshot is, also the first one, which may have been waiting for long.
            response.Headers["X-Server-Time"] = time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            return TypedResults.ServerSentEvents(Events(store, lifetime.ApplicationStopping, aborted));
        })
            .WithName("StreamSnapshots").WithSummary("Each new snapshot as a server-sent event");
        api.MapGet("/history", (SnapshotStore store, IOptions<DashboardOptions> options) => HistoryDocument.From(options.Value.HistoryLength, [.. store.History]))
            .WithName("GetHistory").WithSummary("Rates, lag, age and replicas of the last minutes");
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
/// <param name="LengthMs">How far back it goes at most, in milliseconds.</param>
/// <param name="At">Unix milliseconds.</param>
/// <param name="RateIn">Records per second appended.</param>
/// <param name="RateOut">Records per second processed.</param>
/// <param name="Lag">Records that waited.</param>
/// <param name="OldestAgeMs">Age of the oldest record that waited, in milliseconds.</param>
/// <param name="Wanted">Replicas that were asked for.</param>
/// <param name="Running">Replicas that ran.</param>
/// <param name="Ready">Replicas that were ready.</param>
internal sealed record HistoryDocument(
    long LengthMs, long[] At, double?[] RateIn, double?[] RateOut, long?[] Lag, long?[] OldestAgeMs, int?[] Wanted, int?[] Running, int?[] Ready)
{
    public static HistoryDocument From(TimeSpan length, IReadOnlyCollection<HistoryPoint> points) => new(
        (long)length.TotalMilliseconds,
        [.. points.Select(point => point.At)],
        [.. points.Select(point => point.RateIn)],
        [.. points.Select(point => point.RateOut)],
        [.. points.Select(point => point.Lag)],
        [.. points.Select(point => point.OldestAgeMs)],
        [.. points.Select(point => point.Wanted)],
        [.. points.Select(point => point.Running)],
        [.. points.Select(point => point.Ready)]);
}
