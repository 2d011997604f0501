using System.Net.Http.Headers;
using System.Text;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Attempts to scale, start and stop without the right to do it.</summary>
internal static class ControlMoves
{
    private const string Family = "foreign control";

    public static IEnumerable<HostileMove> Create()
    {
        (string Name, HttpMethod Method, string Path, string? Body)[] calls =
        [
            ("scale", HttpMethod.Put, "/v1/scale", """{"replicas":1}"""), ("stop ingest", HttpMethod.Post, "/v1/resources/ingest/commands/stop", null),
            ("restart a feed generator", HttpMethod.Post, "/v1/resources/feed-generator-1/commands/restart", null), ("stop Kafka", HttpMethod.Post, "/v1/resources/kafka/commands/stop", null),
        ];
        foreach (var (name, method, path, body) in calls)
        {
            yield return Call($"{name} without a token", _ => { }, 401);
            yield return Call($"{name} with a wrong token", request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "guess"), 401);
            yield return Call($"{name} with a token of 10,000 characters", request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", new string('t', 10_000)), 401);
            yield return Call($"{name} from a page of another site", request => Add(request, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), 401, 403);
            yield return Call($"{name} under a foreign Host", request => request.Headers.Host = "evil.example", 400);
            yield return Call($"{name} from a rebound name", request => { request.Headers.Host = "evil.example:80"; Add(request, "Origin", "http://evil.example"); }, 400, 403);

            HostileMove Call(string what, Action<HttpRequestMessage> alter, params int[] statuses) => new(Family, what, (targets, cancellationToken) =>
            {
                var request = new HttpRequestMessage(method, new Uri(targets.Control, path));
                if (body is not null)
                    request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                alter(request);
                return targets.Http.ExpectAsync(request, statuses, cancellationToken);
            });
        }
    }

    private static void Add(HttpRequestMessage request, params string[] headers)
    {
        for (var i = 0; i < headers.Length; i += 2)
            request.Headers.TryAddWithoutValidation(headers[i], headers[i + 1]);
    }
}
