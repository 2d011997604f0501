using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.ServiceDefaults.Http.Limits;

namespace StreamSocial.Dashboard.Api;

internal static class SnapshotEndpoints
{
    /// <summary>The page says within three seconds that a connection is silent; two of these may be late.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    private static readonly ProblemKind NoSnapshot = new(503, "no_snapshot", "No snapshot has been taken yet.", "Try again in a second.");

    /// <summary><c>GET /api/snapshot</c>, <c>/api/stream</c> (server-sent events, one a snapshot) and <c>/api/history</c>.</summary>
    public static void MapSnapshots(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api");
        api.MapGet("/snapshot", (SnapshotStore store) => store.Current is { } current
            ? Results.Text(current.Json, "application/json")
            : NoSnapshot.Answer())
            .WithName("GetSnapshot").WithSummary("The latest snapshot of the cluster")
            .Produces<DashboardSnapshot>().WithProblems(NoSnapshot);
        api.MapGet("/stream", Stream).WithName("StreamSnapshots")
            .WithSummary("Each new snapshot as a server-sent event, and a heartbeat with the server's clock in each second without one")
            .Produces<DashboardSnapshot>(contentType: "text/event-stream").WithProblems(StreamLimiter.TooManyStreams);
        api.MapGet("/history", (SnapshotStore store, IOptions<DashboardOptions> options) => HistoryDocument.From(options.Value.HistoryLength, [.. store.History]))
            .WithName("GetHistory").WithSummary("Rates, lag, age and replicas of the last minutes");
    }

    private static IResult Stream(SnapshotStore store, IHostApplicationLifetime lifetime, TimeProvider time, StreamLimiter limiter, HttpContext context)
    {
        var over = CancellationToken.None;
        if (!context.IsHead())
        {
            if (limiter.TryOpen(context) is not { } lifetimeOver)
                return StreamLimiter.Refuse(context);
            over = lifetimeOver;
        }

        // By the difference to its own clock the page knows how old a snapshot is, also the first one, which may have been waiting for long.
        context.Response.Headers["X-Server-Time"] = Now(time);
        // Stops reverse proxies such as nginx from buffering events.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(context.IsHead() ? NoEvents() : Events(store, time, over, lifetime.ApplicationStopping, context.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> NoEvents()
    {
        await Task.CompletedTask;
        yield break;
    }

    // A stream ends with its client, after its lifetime, or with the service, which otherwise would wait for its clients to go. An EventSource connects again.
    private static async IAsyncEnumerable<SseItem<string>> Events(
        SnapshotStore store, TimeProvider time, CancellationToken over, CancellationToken stopping, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(over, stopping, aborted);
        await using var snapshots = store.ReadAllAsync(ended.Token).GetAsyncEnumerator(CancellationToken.None);
        var next = MoveNextAsync(snapshots, ended.Token);
        while (true)
        {
            if (await IsSilentAsync(next, time))
            {
                yield return new SseItem<string>(Now(time), "heartbeat");
                continue;
            }

            if (!await next)
                yield break;
            yield return new SseItem<string>(snapshots.Current.Json, "snapshot");
            next = MoveNextAsync(snapshots, ended.Token);
        }
    }

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<PublishedSnapshot> snapshots, CancellationToken ended)
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

    /// <summary>Waits for the next snapshot, or the stream's end, until a heartbeat is due.</summary>
    private static async Task<bool> IsSilentAsync(Task next, TimeProvider time)
    {
        using var pause = new CancellationTokenSource();
        await Task.WhenAny(next, Task.Delay(HeartbeatInterval, time, pause.Token));
        await pause.CancelAsync();
        return !next.IsCompleted;
    }

    private static string Now(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
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
