using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using StreamSocial.Events;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Requests that keep every rule, or nearly, and are as large, as odd or as repetitive as the rules allow.</summary>
internal static class LegalMoves
{
    private const string Family = "legal, and hostile";

    private const string KeyHeader = "Idempotency-Key";

    private const string View = """{"type":"view","userId":"hostile-7","contentId":"hostile-c"}""";

    /// <summary>Followers whose feeds are in one partition: their ids together are larger than a record may be.</summary>
    private const int Crowd = 4_700;

    /// <summary>Entries in a request.</summary>
    private const int Batch = 470;

    private const int Posts = 64;

    /// <summary>The longest text that ingest takes by default, each of whose characters is four bytes.</summary>
    private static readonly string LongestText = string.Concat(Enumerable.Repeat("😀", 5_000));

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<HostileMove> Create(TopicCatalog catalog) => [.. Heavy(catalog), .. Repeated(), .. Odd()];

    private static IEnumerable<HostileMove> Heavy(TopicCatalog catalog)
    {
        yield return Submit($"{Crowd} followers in one partition, and a post to all of them", () =>
        {
            var partitions = catalog[TopicNames.FeedUpdates].Partitions;
            var crowd = Enumerable.Range(0, int.MaxValue).Select(i => $"hostile-f{i}").Where(id => KeyPartitioner.PartitionOf(id, partitions) == 7).Take(Crowd);
            return
            [
                .. crowd.Chunk(Batch).Select(some => some.Select(user => (object)new { actionId = "f", type = "follow", userId = user, targetUserId = "hostile-star" })),
                [new { actionId = "p", type = "post", userId = "hostile-star", contentId = "hostile-to-all", text = "hello" }],
            ];
        });
        yield return Submit($"{Posts} posts of the longest text to one follower", () =>
        [
            [new { actionId = "f", type = "follow", userId = "hostile-reader", targetUserId = "hostile-writer" }],
            .. Enumerable.Range(0, Posts).Select(i => (IEnumerable<object>)[new { actionId = $"w{i}", type = "post", userId = "hostile-writer", contentId = $"hostile-long-{i}", text = LongestText }]),
        ]);
        yield return Request("a feed asked for 1,000 times in one request", targets => Requests.Post(targets.Feeds, "/v1/feeds:batchGet", BatchOf(Enumerable.Repeat("hostile-reader", 1_000), 1_000)), 200, 400, 503);
        yield return Request("1,000 feeds of 1,000 entries", targets => Requests.Post(targets.Feeds, "/v1/feeds:batchGet", BatchOf(Enumerable.Range(0, 1_000).Select(i => $"hostile-f{i}"), 1_000)), 200, 400, 503);
        yield return Request("mentions given as 120 properties", targets => Requests.Post(targets.Ingest, "/v1/actions", MentionsRepeated()), 400);
        foreach (var encoding in new[] { "gzip", "br", "deflate" })
            yield return Request($"40 MB of zeros in {encoding}", targets => Compressed(targets.Ingest, encoding, new byte[40_000_000]), 400, 413);
    }

    private static IEnumerable<HostileMove> Repeated()
    {
        for (var i = 0; i < 3; i++)
            yield return Request("an Idempotency-Key once more", targets => Requests.Post(targets.Ingest, "/v1/interactions", View).With(KeyHeader, "hostile-same"), 202, 429, 503);
        yield return new HostileMove(Family, "an Idempotency-Key with another body", async (targets, cancellationToken) =>
        {
            var path = "/v1/interactions";
            return await targets.Http.ExpectAsync(Requests.Post(targets.Ingest, path, View).With(KeyHeader, "hostile-other"), [202, 429, 503], cancellationToken)
                ?? await targets.Http.ExpectAsync(Requests.Post(targets.Ingest, path, View.Replace("view", "click", StringComparison.Ordinal)).With(KeyHeader, "hostile-other"), [422, 429, 503], cancellationToken);
        });
        yield return Request("a follow of oneself", targets => Requests.Post(targets.Ingest, "/v1/actions", """{"type":"follow","userId":"hostile-7","targetUserId":"hostile-7"}"""), 400);
    }

    private static IEnumerable<HostileMove> Odd()
    {
        foreach (var name in new[] { "\\ud800", "type\\udfff", "", "__proto__", "$ref" })
            yield return Request($"a property '{name}'", targets => Requests.Post(targets.Ingest, "/v1/interactions", $$"""{"{{name}}":1,{{View[1..]}}"""), 202, 400, 429, 503);
        foreach (var time in new[] { "2026-07-01t09:30:00z", "2026-07-01T11:30:00\\u002B02:00", "2016-12-31T23:59:60Z" })
            yield return Request($"the time {time}", targets => Requests.Post(targets.Ingest, "/v1/interactions", $$"""{"occurredAt":"{{time}}",{{View[1..]}}"""), 202, 429, 503);
        foreach (var mediaType in new[] { "application/json; charset=\"utf-8\"", "APPLICATION/JSON; Charset=UTF-8" })
            yield return Request($"the content type {mediaType}", targets => Requests.Post(targets.Ingest, "/v1/interactions", View, mediaType), 202, 429, 503);
        yield return Request("a byte order mark", targets => Requests.Post(targets.Ingest, "/v1/interactions", "\ufeff" + View), 202, 429, 503);
        yield return Request("gzip", targets => Compressed(targets.Ingest, "gzip", Encoding.UTF8.GetBytes(View)), 202, 429, 503);
        foreach (var path in new[] { "/v1/feeds/hostile-7", "/v1/notifications/hostile-7", "/v1/trending", "/v1/content/hostile-c/stats" })
            yield return Request($"HEAD {path}", targets => new(HttpMethod.Head, new Uri(targets.Feeds, path)), 200, 503);
        foreach (var position in new[] { "1000000", "-1", "99999999999999999999", "0.0.0", new string('9', 4_000) })
        {
            yield return Request(
                $"a stream after {(position.Length > 20 ? "4,000 digits" : position)}",
                targets => new HttpRequestMessage(HttpMethod.Get, new Uri(targets.Feeds, "/v1/feeds/hostile-7/stream")).With("Last-Event-ID", position),
                200, 400, 429, 503);
        }
    }

    private static HostileMove Request(string name, Func<HostileTargets, HttpRequestMessage> create, params int[] statuses) =>
        new(Family, name, (targets, cancellationToken) => targets.Http.ExpectAsync(create(targets), statuses, cancellationToken));

    /// <summary>Sends requests of actions one after the other, each until it is accepted: a client that keeps the rules repeats what is to be repeated.</summary>
    private static HostileMove Submit(string name, Func<IEnumerable<IEnumerable<object>>> requests) => new(Family, name, async (targets, cancellationToken) =>
    {
        foreach (var actions in requests())
        {
            var body = JsonSerializer.Serialize(actions);
            while (true)
            {
                using var request = Requests.Post(targets.Ingest, "/v1/actions", body);
                using var response = await targets.Http.SendAsync(request, cancellationToken);
                if ((int)response.StatusCode is not (429 or 503))
                {
                    if ((int)response.StatusCode != 202)
                        return $"{(int)response.StatusCode} instead of 202";
                    break;
                }
                await Task.Delay(RetryPause, cancellationToken);
            }
        }
        return null;
    });

    private static string BatchOf(IEnumerable<string> users, int limit) => JsonSerializer.Serialize(new { users, limit });

    private static string MentionsRepeated()
    {
        var mentions = $"\"mentionedUserIds\":[{string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"{new string('m', 60)}{i.ToString(CultureInfo.InvariantCulture)}\""))}]";
        return $$"""{"type":"post","userId":"hostile-7","text":"t",{{string.Join(',', Enumerable.Repeat(mentions, 120))}}}""";
    }

    private static HttpRequestMessage Compressed(Uri server, string encoding, byte[] body)
    {
        var bytes = new MemoryStream();
        using (Stream compressor = encoding switch
        {
            "gzip" => new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true),
            "br" => new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZLibStream(bytes, CompressionLevel.Optimal, leaveOpen: true),
        })
            compressor.Write(body);
        var content = new ByteArrayContent(bytes.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add(encoding);
        return new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/v1/interactions")) { Content = content };
    }
}
