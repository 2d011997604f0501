using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Text.Json;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>Subscribers of feeds, each at the stream of one user, who note when a post reaches them. Ends them when disposed.</summary>
internal sealed class FeedSubscribers : IAsyncDisposable
{
    private const int ConnectedAtATime = 16;

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _reading = [];
    private readonly ConcurrentQueue<(string ContentId, long At)> _seen = new();
    private readonly TimeProvider _time;

    private FeedSubscribers(TimeProvider time) => _time = time;

    /// <summary>The posts that were seen, one for each subscriber that saw them, and the clock's timestamps.</summary>
    public IReadOnlyCollection<(string ContentId, long At)> Seen => _seen;

    /// <summary>Connects one for each user; each sees what comes from then on.</summary>
    /// <exception cref="NotHeldException">A stream was not given.</exception>
    public static async Task<FeedSubscribers> ConnectAsync(Uri replica, IReadOnlyCollection<string> users, TimeProvider time, CancellationToken cancellationToken)
    {
        var subscribers = new FeedSubscribers(time);
        try
        {
            await Parallel.ForEachAsync(
                users, new ParallelOptions { MaxDegreeOfParallelism = ConnectedAtATime, CancellationToken = cancellationToken },
                async (user, token) => await subscribers.AddAsync(new Uri(replica, $"v1/feeds/{Uri.EscapeDataString(user)}/stream"), token));
            return subscribers;
        }
        catch
        {
            await subscribers.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="NotHeldException">A stream has ended, or told of a gap.</exception>
    public void ThrowIfFailed()
    {
        if (_reading.FirstOrDefault(reading => reading.IsCompleted) is { } ended)
            throw new NotHeldException($"The stream of a subscriber has ended{(ended.Exception is { } failure ? $": {failure.InnerException!.Message}" : ".")}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Why a stream ended has been said already.
        await Task.WhenAll(_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task AddAsync(Uri stream, CancellationToken cancellationToken)
    {
        var response = await _http.GetAsync(stream, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            response.Dispose();
            throw new NotHeldException($"{stream} was answered with status {(int)response.StatusCode}.");
        }

        _reading.Add(ReadAsync(response));
    }

    private async Task ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            await using var body = await response.Content.ReadAsStreamAsync(_stop.Token);
            await foreach (var item in SseParser.Create(body, ReadContentId).EnumerateAsync(_stop.Token))
            {
                if (item.Data is { } contentId)
                    _seen.Enqueue((contentId, _time.GetTimestamp()));
            }
        }
    }

    /// <summary>The content of an entry; null for an event that gives the position only.</summary>
    private static string? ReadContentId(string type, ReadOnlySpan<byte> data) =>
        type != SseParser.EventTypeDefault ? throw new NotHeldException($"a subscriber lost its place: {type}")
        : data.IsEmpty ? null
        : JsonSerializer.Deserialize<ReadEntry>(data, JsonSerializerOptions.Web)?.ContentId;
}
