using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Unit.Tests.Replay.Sending;

/// <summary>An HTTP server that accepts actions as ingest does and can reject requests.</summary>
internal sealed class StubIngest : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;
    private int _inFlight;
    private int _mostInFlight;

    private StubIngest(Func<int, IResult?> refuse)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/{kind}", async (HttpRequest request, string kind) => await TakeAsync(request, kind, refuse));
    }

    /// <summary>All events in the order in which they were accepted.</summary>
    public ConcurrentQueue<(string Kind, JsonElement Event)> Taken { get; } = new();

    public int Requests => _requests;

    public int MostInFlight => _mostInFlight;

    public HttpClient CreateClient() => new() { BaseAddress = new Uri(_app.Urls.First()), Timeout = Timeout.InfiniteTimeSpan };

    /// <param name="refuse">Receives the number of the request, from 1; returns its answer, or null to accept the events.</param>
    public static async Task<StubIngest> StartAsync(Func<int, IResult?> refuse)
    {
        var stub = new StubIngest(refuse);
        await stub._app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request, string kind, Func<int, IResult?> refuse)
    {
        var inFlight = Interlocked.Increment(ref _inFlight);
        InterlockedMax(ref _mostInFlight, inFlight);
        try
        {
            var events = await JsonSerializer.DeserializeAsync<JsonElement[]>(request.Body);
            if (refuse(Interlocked.Increment(ref _requests)) is { } refusal)
                return refusal;
            foreach (var taken in events!)
                Taken.Enqueue((kind, taken));
            return Results.Json(new { accepted = events.Length }, statusCode: StatusCodes.Status202Accepted);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var current = Volatile.Read(ref target); value > current; current = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, current) == current)
                return;
        }
    }
}
