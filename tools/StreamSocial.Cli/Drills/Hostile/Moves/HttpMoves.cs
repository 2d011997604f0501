using System.Text;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Requests that break HTTP's rules, or ours.</summary>
internal static class HttpMoves
{
    private const string Rules = "illegal requests";
    private const string Protocol = "broken HTTP";

    public static IEnumerable<HostileMove> Create() => [.. IngestRequests(), .. Reads(), .. RawRequests()];

    private static IEnumerable<HostileMove> IngestRequests()
    {
        foreach (var path in new[] { "/v1/actions", "/v1/interactions" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
                yield return Request($"{method} {path}", targets => new(method, new Uri(targets.Ingest, path)), 405);
            yield return Request($"POST {path} as text", targets => Requests.Post(targets.Ingest, path, "{}", "text/plain"), path == "/v1/interactions" ? [400, 415] : [415]);
            yield return Request($"POST {path} as XML", targets => Requests.Post(targets.Ingest, path, "<x/>", "application/xml"), 415);
            yield return Request($"POST {path} in UTF-16", targets => Requests.Post(targets.Ingest, path, "{}", "application/json; charset=utf-16"), 415);
            yield return Request($"POST {path} in an unknown encoding", targets => Encoded(targets.Ingest, path, "lzma"), 415);
            yield return Request($"POST {path} that is no gzip", targets => Encoded(targets.Ingest, path, "gzip"), 400);
            yield return Request($"POST {path} that is no brotli", targets => Encoded(targets.Ingest, path, "br"), 400);
            yield return Request($"POST {path} with a long Idempotency-Key", targets => Requests.Post(targets.Ingest, path, "{}").With("Idempotency-Key", new string('k', 5_000)), 400);
        }
        yield return Request("a path that is not there", targets => Requests.Post(targets.Ingest, "/v2/actions", "{}"), 404);
        yield return Request("a user id of 100,000 characters", targets => Requests.Post(targets.Ingest, "/v1/actions", Action("like", new string('u', 100_000))), [400, 413]);
        yield return Request("an unknown action", targets => Requests.Post(targets.Ingest, "/v1/actions", Action("explode", "hostile-7")), 400);
        yield return Request("a property twice", targets => Requests.Post(targets.Ingest, "/v1/actions", """{"actionId":"h","type":"like","userId":"a","userId":"b","contentId":"c"}"""), 400);
        yield return Request("a time that is none", targets => Requests.Post(targets.Ingest, "/v1/actions", """{"actionId":"h","type":"like","userId":"a","contentId":"c","occurredAt":"yesterday"}"""), 400);
        yield return Request("a hundred thousand actions", targets => Requests.Post(targets.Ingest, "/v1/actions", $"[{string.Join(',', Enumerable.Repeat(Action("like", "hostile-7"), 100_000))}]"), 413);
    }

    private static IEnumerable<HostileMove> Reads()
    {
        foreach (var (query, statuses) in new (string, int[])[]
        {
            ("/v1/feeds/hostile-7?limit=-1", [400]), ("/v1/feeds/hostile-7?limit=0", [400]), ("/v1/feeds/hostile-7?limit=x", [400]),
            ("/v1/feeds/hostile-7?limit=99999999999999999999", [400]), ("/v1/feeds/hostile-7?before=%25%25", [400]), ("/v1/feeds/hostile-7?before=" + new string('A', 4_000), [400]),
            ("/v1/feeds/" + new string('u', 4_000), [400]), ("/v1/feeds/%FF%FE", [400, 200]), ("/v1/feeds/..%2F..%2Fetc", [200, 400, 404]),
            ("/v1/notifications/hostile-7?limit=-1", [400]), ("/v1/notifications/hostile-7?before=%25", [400]),
            ("/v1/trending?limit=-1", [400]), ("/v1/trending?limit=x", [400]), ("/v1/content/" + new string('c', 4_000) + "/stats", [400]),
            ("/v1/feeds/hostile-7/stream?lastEventId=garbage", [200, 400]), ("/nothing", [404]),
        })
        {
            yield return Request($"GET {(query.Length > 60 ? query[..60] + "…" : query)}", targets => new(HttpMethod.Get, new Uri(targets.Feeds, query)), statuses);
        }
        foreach (var path in new[] { "/v1/feeds/hostile-7", "/v1/notifications/hostile-7", "/v1/trending", "/v1/content/c/stats" })
        {
            yield return Request($"GET {path} as if a replica forwarded it", targets => new HttpRequestMessage(HttpMethod.Get, new Uri(targets.Feeds, path)).With("StreamSocial-Forwarded", "1"), 403);
            yield return Request(
                $"GET {path} with a wrong secret",
                targets => new HttpRequestMessage(HttpMethod.Get, new Uri(targets.Feeds, path)).With("StreamSocial-Forwarded", "1").With("StreamSocial-Peer-Secret", "guess"), 403);
        }
    }

    private static IEnumerable<HostileMove> RawRequests()
    {
        (string Name, Func<HostileTargets, Uri> Server)[] servers = [("ingest", targets => targets.Ingest), ("feeds", targets => targets.Feeds), ("control", targets => targets.Control)];
        (string Name, string Text, int[] Statuses)[] requests =
        [
            ("noise", "\u0001\u0002\u0003 \r\n\r\n", [400, Answers.Closed]),
            ("a request line alone", "GET\r\n\r\n", [400]),
            ("no Host", "GET / HTTP/1.1\r\n\r\n", [400]),
            ("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", [400]),
            ("HTTP/9.9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", [400, 505]),
            ("a negative length", "POST /v1/actions HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", [400]),
            ("two lengths", "POST /v1/actions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", [400]),
            ("a header of 1,000,000 bytes", $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('x', 1_000_000)}\r\n\r\n", [431, Answers.Closed]),
            ("ten thousand headers", $"GET / HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 10_000).Select(i => $"X-{i}: 1\r\n"))}\r\n", [431, Answers.Closed]),
            ("a target of 1,000,000 bytes", $"GET /{new string('x', 1_000_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n", [414, Answers.Closed]),
            ("a target with a zero", "GET /v1/feeds/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", [400]),
            ("a header without a name", "GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n", [400]),
            ("a TLS greeting", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", [400, Answers.Closed]),
        ];
        foreach (var (server, of) in servers)
        {
            foreach (var (name, text, statuses) in requests)
                yield return new HostileMove(Protocol, $"{server}: {name}", (targets, cancellationToken) => Answers.ExpectRawAsync(of(targets), Encoding.Latin1.GetBytes(text), statuses, cancellationToken));
        }
        yield return new HostileMove(
            Protocol, "ingest: a chunk of an illegal size",
            (targets, cancellationToken) => Answers.ExpectRawAsync(
                targets.Ingest,
                "POST /v1/actions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx\r\n"u8.ToArray(), [400], cancellationToken));
    }

    private static HostileMove Request(string name, Func<HostileTargets, HttpRequestMessage> create, params int[] statuses) =>
        new(Rules, name, (targets, cancellationToken) => targets.Http.ExpectAsync(create(targets), statuses, cancellationToken));

    private static HttpRequestMessage Encoded(Uri server, string path, string encoding)
    {
        var request = Requests.Post(server, path, "this is not compressed");
        request.Content!.Headers.ContentEncoding.Add(encoding);
        return request;
    }

    private static string Action(string type, string user) => $$"""{"actionId":"h","type":"{{type}}","userId":"{{user}}","contentId":"c"}""";
}
