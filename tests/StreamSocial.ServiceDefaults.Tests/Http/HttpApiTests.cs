using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace StreamSocial.ServiceDefaults.Tests.Http;

/// <summary>What every HTTP API has: HEAD, compression in both directions, other origins, and a path before its paths.</summary>
public sealed class HttpApiTests
{
    private const string Like = """{"type":"like","userId":"ann","contentId":"c1"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ingest", "/openapi/v1.json")]
    [InlineData("feeds", "/openapi/v1.json")]
    [InlineData("autoscaler", "/v1/decisions")]
    [InlineData("autoscaler", "/v1/override")]
    [InlineData("dashboard", "/api/history")]
    [InlineData("dashboard", "/api/snapshot")]
    [InlineData("dashboard", "/api/stream")]
    [InlineData("dashboard", "/plain")]
    [InlineData("dashboard", "/nowhere")]
    public async Task Head_WhereverGetIs_SameStatusAndTypeWithoutBody(string service, string path)
    {
        await using var server = await ServiceParts.StartAsync(service);

        using var get = await server.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Token);
        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Token);

        Assert.Equal((get.StatusCode, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Head_WhereOnlyPostIs_405()
    {
        await using var server = await ServiceParts.StartAsync("ingest");

        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/actions"), Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, head.StatusCode);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Answer_ClientTakesEncoding_IsCompressed(string encoding)
    {
        await using var server = await ServiceParts.StartAsync("dashboard");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));

        using var plain = await server.Client.GetAsync("/openapi/v1.json", Token);
        using var compressed = await server.Client.SendAsync(request, Token);

        Assert.Equal([encoding], compressed.Content.Headers.ContentEncoding);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        var bytes = await compressed.Content.ReadAsByteArrayAsync(Token);
        Assert.InRange(bytes.Length, 1, (await plain.Content.ReadAsByteArrayAsync(Token)).Length / 3);
        using var document = JsonDocument.Parse(Decompress(bytes, encoding));
        Assert.Equal("StreamSocial dashboard", document.RootElement.GetProperty("info").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Refusal_ClientTakesEncoding_IsNotCompressed()
    {
        await using var server = await ServiceParts.StartAsync("feeds");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/feeds/ann?limit=0");
        request.Headers.AcceptEncoding.ParseAdd("gzip, br");

        using var refusal = await server.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.BadRequest, refusal.StatusCode);
        Assert.Empty(refusal.Content.Headers.ContentEncoding);
    }

    /// <summary>The id of an event names the accounts that its feed pulls.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_PositionWithThousandsOfAccounts_IsRead(bool isInQuery)
    {
        await using var server = await ServiceParts.StartAsync("feeds");
        var position = "1,1" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $";user{i}=x"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/feeds/ann/stream" + (isInQuery ? "?lastEventId=" + position : ""));
        if (!isInQuery)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", position);

        using var answer = await server.Client.SendAsync(request, Token);

        // It has been read to its end: its numbers are none.
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("unchanged", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_ClientTakesEncoding_IsNotCompressed()
    {
        await using var server = await ServiceParts.StartAsync("dashboard");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/stream");
        request.Headers.AcceptEncoding.ParseAdd("gzip, br");

        using var stream = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);

        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain(stream.Content.Headers.ContentEncoding, encoding => encoding != "identity");
        Assert.Equal(["no"], stream.Headers.GetValues("X-Accel-Buffering"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Body_Compressed_IsRead(string encoding)
    {
        using var answer = await PostAsync("ingest", "/v1/actions", Compress("""{"type":"dance"}""", encoding), encoding);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("must be one of", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Body_CompressedBomb_413(string encoding)
    {
        var bomb = Compress(new string(' ', 64 * 1024 * 1024), encoding);
        Assert.InRange(bomb.Length, 1, 256 * 1024);

        foreach (var (service, path) in new[] { ("ingest", "/v1/actions"), ("feeds", "/v1/feeds:batchGet") })
        {
            using var answer = await PostAsync(service, path, bomb, encoding);
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (answer.StatusCode, await ReasonOf(answer)));
        }
    }

    [Theory]
    [InlineData("gzip", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("br", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("zstd", HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")]
    [InlineData("gzip, br", HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")]
    public async Task Body_NotWhatItsEncodingSays_IsRefused(string encoding, HttpStatusCode status, string reason)
    {
        foreach (var (service, path) in new[] { ("ingest", "/v1/actions"), ("feeds", "/v1/feeds:batchGet") })
        {
            using var answer = await PostAsync(service, path, Encoding.UTF8.GetBytes(Like), encoding);
            Assert.Equal((status, reason), (answer.StatusCode, await ReasonOf(answer)));
        }
    }

    [Theory]
    [InlineData("application/json; charset=\"utf-8\"", null)]
    [InlineData("application/json; charset=UTF-8", null)]
    [InlineData("Application/JSON", null)]
    [InlineData("application/cloudevents+json", null)]
    [InlineData("application/json", "identity")]
    [InlineData("application/json", "Identity")]
    [InlineData("application/json", "IDENTITY")]
    public async Task Body_TypeOrEncodingWrittenOtherwise_IsRead(string type, string? encoding)
    {
        foreach (var (service, path, json) in new[] { ("ingest", "/v1/actions", """{"type":"dance"}"""), ("feeds", "/v1/feeds:batchGet", """{"users":[]}""") })
        {
            // The byte order mark of some editors is not part of the text.
            using var answer = await PostAsync(service, path, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(json)], encoding, type);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid"), (answer.StatusCode, await ReasonOf(answer)));
            Assert.DoesNotContain("JSON", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OtherOrigin_ByDefault_IsToldNothing()
    {
        await using var server = await ServiceParts.StartAsync("feeds");

        using var answer = await FromAsync(server, HttpMethod.Get, "/v1/feeds/..x?limit=x", "https://page.example");

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("ingest", "/v1/interactions", "https://page.example", true)]
    [InlineData("feeds", "/v1/feeds/ann", "https://page.example", true)]
    [InlineData("feeds", "/v1/feeds/ann", "http://other.example:8080", true)]
    [InlineData("feeds", "/v1/feeds/ann", "https://evil.example", false)]
    [InlineData("autoscaler", "/v1/override", "https://page.example", false)]
    [InlineData("dashboard", "/api/override", "https://page.example", false)]
    public async Task Preflight_OfListedOrigin_IsAllowedWhereClientsAre(string service, string path, string origin, bool isAllowed)
    {
        await using var server = await ServiceParts.StartAsync(service, null, "--Http:AllowedOrigins=https://page.example,http://other.example:8080");

        using var answer = await FromAsync(server, HttpMethod.Options, path, origin, ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type,idempotency-key"));

        Assert.Equal(isAllowed ? origin : null, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        if (isAllowed)
            Assert.Equal("content-type,idempotency-key", answer.Headers.GetValues("Access-Control-Allow-Headers").Single());
    }

    [Fact]
    public async Task Refusal_ToListedOrigin_CanBeRead()
    {
        await using var server = await ServiceParts.StartAsync("ingest", null, "--Http:AllowedOrigins=https://page.example");

        using var answer = await FromAsync(server, HttpMethod.Post, "/v1/interactions", "https://page.example");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("https://page.example", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("ingest")]
    [InlineData("feeds")]
    [InlineData("autoscaler")]
    [InlineData("dashboard")]
    public async Task PathBase_OfService_PrecedesItsPaths(string service)
    {
        await using var server = await ServiceParts.StartAsync(service, null, "--PathBase=/streamsocial/");

        using var document = await server.Client.GetAsync("/streamsocial/openapi/v1.json", Token);
        var page = await server.Client.GetStringAsync("/streamsocial/scalar/", Token);

        Assert.Equal(HttpStatusCode.OK, document.StatusCode);
        Assert.Contains("/streamsocial", await document.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"/scalar", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForwardedPrefix_OfProxyOnThisMachine_IsPartOfAddresses()
    {
        await using var server = await ServiceParts.StartAsync("feeds");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.Add("X-Forwarded-Prefix", "/streamsocial");
        request.Headers.Add("X-Forwarded-Host", "page.example");
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await server.Client.SendAsync(request, Token);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));

        Assert.Equal("https://page.example/streamsocial", document.RootElement.GetProperty("servers")[0].GetProperty("url").GetString()!.TrimEnd('/'));
    }

    [Fact]
    public async Task OpenApi_Numbers_AreNumbers()
    {
        await using var server = await ServiceParts.StartAsync("feeds");

        using var document = JsonDocument.Parse(await server.Client.GetStringAsync("/openapi/v1.json", Token));

        var limit = document.RootElement.GetProperty("paths").GetProperty("/v1/trending").GetProperty("get").GetProperty("parameters")[0].GetProperty("schema");
        Assert.Equal(("integer", 1, 20), (limit.GetProperty("type").GetString(), limit.GetProperty("minimum").GetInt32(), limit.GetProperty("default").GetInt32()));
        var views = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("ContentStatsView").GetProperty("properties").GetProperty("views");
        Assert.Equal("integer", views.GetProperty("type").GetString());
        Assert.DoesNotContain("^-?", document.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(string service, string path, byte[] body, string? encoding, string type = "application/json")
    {
        await using var server = await ServiceParts.StartAsync(service);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        var answer = await server.Client.SendAsync(request, Token);
        await answer.Content.LoadIntoBufferAsync(Token);
        return answer;
    }

    private static Task<HttpResponseMessage> FromAsync(TestServer server, HttpMethod method, string path, string origin, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return server.Client.SendAsync(request, Token);
    }

    private static byte[] Compress(string text, string encoding)
    {
        var output = new MemoryStream();
        using (Stream compressor = encoding.ToUpperInvariant() switch
        {
            "GZIP" => new GZipStream(output, CompressionLevel.Optimal),
            "BR" => new BrotliStream(output, CompressionLevel.Optimal),
            _ => new ZLibStream(output, CompressionLevel.Optimal),
        })
            compressor.Write(Encoding.UTF8.GetBytes(text));
        return output.ToArray();
    }

    private static byte[] Decompress(byte[] bytes, string encoding)
    {
        var input = new MemoryStream(bytes);
        using Stream decompressor = encoding == "gzip" ? new GZipStream(input, CompressionMode.Decompress) : new BrotliStream(input, CompressionMode.Decompress);
        var output = new MemoryStream();
        decompressor.CopyTo(output);
        return output.ToArray();
    }

    private static async Task<string?> ReasonOf(HttpResponseMessage answer)
    {
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        return problem.RootElement.GetProperty("reason").GetString();
    }
}
