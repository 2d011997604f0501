using System.Net;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Floods of server-sent event streams.</summary>
internal static class StreamMoves
{
    private const string Family = "stream floods";
    private const int Floods = 3;

    /// <summary>Streams that a client may have in this drill, <c>ClientLimits:StreamsPerClient</c>.</summary>
    public const int Allowed = 150;

    private const int Opened = 200;

    public static IEnumerable<HostileMove> Create() => Enumerable.Range(0, Floods)
        .Select(flood => new HostileMove(Family, $"{Opened} streams at once, {Allowed} are allowed", (targets, cancellationToken) => FloodAsync(targets, flood, cancellationToken)));

    private static async Task<string?> FloodAsync(HostileTargets targets, int flood, CancellationToken cancellationToken)
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, Opened).Select(i => targets.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(targets.Feeds, $"/v1/feeds/hostile-{flood}-{i}/stream")), HttpCompletionOption.ResponseHeadersRead, cancellationToken)));
        try
        {
            var refused = responses.Count(response => response.StatusCode == HttpStatusCode.TooManyRequests);
            // 503: the partition of the user moves.
            var other = Array.Find(responses, response => response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable));
            return other is not null ? $"{(int)other.StatusCode} instead of 200 or 429" : refused == 0 ? "all were accepted" : null;
        }
        finally
        {
            foreach (var response in responses)
                response.Dispose();
        }
    }
}
