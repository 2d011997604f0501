using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Text.Json;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>Subscribers of feeds, each at the stream of one user, who note when a post reaches them. Ends them when disposed.</summary>
internal sealed class FeedSubscribers : IAsyncDisposable
{
    private const int ConnectedAtATime = 16;

    private readonly EventStreams _streams = new(new HttpClient { Timeout = Timeout.InfiniteTimeSpan });
    private readonly ConcurrentQueue<(string ContentId, long At)> _seen = new();

    private FeedSubscribers()
    {
    }

    /// <summary>The posts that were seen, one for each subscriber that saw them, and the clock's timestamps.</summary>
    public IReadOnlyCollection<(string ContentId, long At)> Seen => _seen;

    /// <summary>Connects one for each user; each sees what comes from then on.</summary>
    /// <exception cref="NotHeldException">A stream was not given.</exception>
    public static async Task<FeedSubscribers> ConnectAsync(Uri replica, IReadOnlyCollection<string> users, TimeProvider time, CancellationToken cancellationToken)
    {
        var subscribers = new FeedSubscribers();
        try
        {
            await Parallel.ForEachAsync(
                users, new ParallelOptions { MaxDegreeOfParallelism = ConnectedAtATime, CancellationToken = cancellationToken },
                async (user, token) => await subscribers._streams.OpenAsync(new Uri(replica, $"v1/feeds/{Uri.EscapeDataString(user)}/stream"), ReadContentId, Take, token));
            return subscribers;
        }
        catch
        {
            await subscribers.DisposeAsync();
            throw;
        }

        void Take(string? contentId)
        {
            if (contentId is not null)
                subscribers._seen.Enqueue((contentId, time.GetTimestamp()));
        }
    }

    /// <exception cref="NotHeldException">A stream has ended, or told of a gap.</exception>
    public void ThrowIfFailed() => _streams.ThrowIfFailed();

    public ValueTask DisposeAsync() => _streams.DisposeAsync();

    /// <summary>The content of an entry; null for an event that gives the position only.</summary>
    private static string? ReadContentId(string type, ReadOnlySpan<byte> data) =>
        type != SseParser.EventTypeDefault ? throw new NotHeldException($"a subscriber lost its place: {type}")
        : data.IsEmpty ? null
        : JsonSerializer.Deserialize<ReadEntry>(data, JsonSerializerOptions.Web)?.ContentId;
}
