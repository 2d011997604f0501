using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StreamSocial.ServiceDefaults.Tests.Http;

/// <summary>What a client does wrong is answered as its fault, in the same way by each service, and is no error of the service: nothing is logged.</summary>
public sealed class ClientFaultTests
{
    private static readonly Dictionary<string, (string Method, string Path)> Bodies = new()
    {
        ["ingest"] = ("POST", "/v1/actions"),
        ["feeds"] = ("POST", "/v1/feeds:batchGet"),
        ["autoscaler"] = ("PUT", "/v1/override"),
        ["dashboard"] = ("PUT", "/api/override"),
    };

    public static TheoryData<string> Services => [.. Bodies.Keys];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Body_ChunkWithoutASize_400(string service)
    {
        var (answer, lines) = await SendAsync(service, "Transfer-Encoding: chunked\r\n\r\nxyz\r\n");

        Assert.Equal((400, "malformed"), (answer.Status, answer.Reason));
        AssertQuiet(lines);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Body_TooSlow_408(string service)
    {
        var (answer, lines) = await SendAsync(service, "Content-Length: 1000\r\n\r\n{");

        Assert.Equal((408, "body_too_slow"), (answer.Status, answer.Reason));
        AssertQuiet(lines);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Body_HugeAnnounced_413(string service)
    {
        var (answer, lines) = await SendAsync(service, "Content-Length: 34000000\r\n\r\n{");

        Assert.Equal((413, "body_too_large"), (answer.Status, answer.Reason));
        AssertQuiet(lines);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Body_ClientLeavesInTheMiddle_IsForgotten(string service)
    {
        var capture = new LogCapture();
        await using (var server = await StartAsync(service, capture))
        {
            using (var client = await RawClient.ConnectAsync(server.Address))
                await client.SendAsync(Head(service) + "Content-Length: 1000\r\n\r\n{");
            await capture.Refused.WaitAsync(TimeSpan.FromSeconds(20));
        }

        AssertQuiet(capture.Lines);
    }

    [Theory]
    [InlineData("{\"type\":\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"kind\":\"\\ud800\",\"users\":[\"\\ud800\"]}")]
    [InlineData("{]")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":")]
    public async Task Body_BadJson_400AtEachService(string json)
    {
        foreach (var service in Bodies.Keys)
        {
            using var answer = await SendJsonAsync(service, json, out var lines);

            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{service} answers {json} with {(int)answer.StatusCode}.");
            Assert.Equal("invalid", await ReasonOf(answer));
            AssertQuiet(lines());
        }
    }

    [Theory]
    [InlineData("ingest", """{"type":"like","userId":"a","contentId":"c","type":"post"}""", "type")]
    [InlineData("feeds", """{"users":["a"],"limit":5,"Limit":6}""", "limit")]
    [InlineData("autoscaler", """{"kind":"paused","kind":"fixed"}""", "kind")]
    [InlineData("dashboard", """{"kind":"fixed","replicas":1,"replicas":9}""", "replicas")]
    public async Task Body_KeyGivenTwice_400NamesIt(string service, string json, string key)
    {
        using var answer = await SendJsonAsync(service, json, out _);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var error = Assert.Single(problem.RootElement.GetProperty("errors").EnumerateObject());
        Assert.Equal((key, "is given more than once"), (error.Name.ToLowerInvariant(), error.Value[0].GetString()));
    }

    [Theory]
    [InlineData("PUT", "/api/override", """{"kind":"paused","forSeconds":1e999}""")]
    [InlineData("PUT", "/api/override", """{"kind":null}""")]
    [InlineData("POST", "/api/silences", """{"matchers":null,"forSeconds":60}""")]
    [InlineData("POST", "/api/silences", """{"matchers":{"alertname":null},"forSeconds":60}""")]
    [InlineData("POST", "/api/silences", """{"matchers":{"alertname":"BrokerDown"},"forSeconds":-1e999}""")]
    [InlineData("POST", "/api/dead-letters:replay", """{"letters":[null]}""")]
    [InlineData("POST", "/api/dead-letters:replay", """{"letters":null}""")]
    [InlineData("POST", "/v1/content/parts", """{"parts":[null]}""")]
    [InlineData("POST", "/v1/content/parts", """{"parts":[{"contentId":null,"partition":0}]}""")]
    [InlineData("POST", "/v1/content/parts", """{"parts":[]}""")]
    public async Task Body_NullOrInfinityWhereNoneCanBe_400(string method, string path, string json)
    {
        var capture = new LogCapture();
        const string Token = "token-of-this-test";
        await using var server = await StartAsync(path.StartsWith("/api", StringComparison.Ordinal) ? "dashboard" : "feeds", capture, $"--Dashboard:ControlToken={Token}");
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", Token);

        using var answer = await server.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid"), (answer.StatusCode, await ReasonOf(answer)));
        AssertQuiet(capture.Lines);
    }

    [Theory]
    [InlineData("feeds", """{"users":["a"],"limit":"5"}""", "limit")]
    [InlineData("autoscaler", """{"kind":"fixed","replicas":"3"}""", "replicas")]
    public async Task Body_NumberAsText_400NamesIt(string service, string json, string field)
    {
        using var answer = await SendJsonAsync(service, json, out _);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Path_OrMethodThatIsNotThere_ProblemWithReason(string service)
    {
        await using var server = await StartAsync(service, new LogCapture());

        using var nowhere = await server.Client.GetAsync("/v1/nowhere");
        using var other = await server.Client.PatchAsync(Bodies[service].Path, null);

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (nowhere.StatusCode, await ReasonOf(nowhere)));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method_not_allowed"), (other.StatusCode, await ReasonOf(other)));
    }

    private static void AssertQuiet(IReadOnlyCollection<string> lines) => Assert.True(lines.Count == 0, string.Join('\n', lines));

    private static async Task<(RawAnswer Answer, IReadOnlyCollection<string> Lines)> SendAsync(string service, string rest)
    {
        var capture = new LogCapture();
        RawAnswer answer;
        await using (var server = await StartAsync(service, capture))
        {
            using var client = await RawClient.ConnectAsync(server.Address);
            await client.SendAsync(Head(service) + rest);
            answer = await client.ReadAsync();
        }

        return (answer, capture.Lines);
    }

    private static string Head(string service) =>
        $"{Bodies[service].Method} {Bodies[service].Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n";

    private static Task<HttpResponseMessage> SendJsonAsync(string service, string json, out Func<IReadOnlyCollection<string>> lines)
    {
        var capture = new LogCapture();
        lines = () => capture.Lines;
        return SendAsync();

        async Task<HttpResponseMessage> SendAsync()
        {
            await using var server = await StartAsync(service, capture);
            using var request = new HttpRequestMessage(new HttpMethod(Bodies[service].Method), Bodies[service].Path);
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
            var answer = await server.Client.SendAsync(request);
            await answer.Content.LoadIntoBufferAsync();
            return answer;
        }
    }

    private static Task<TestServer> StartAsync(string service, LogCapture capture, params string[] arguments) => ServiceParts.StartAsync(service, builder =>
    {
        builder.Logging.AddProvider(capture).AddFilter("StreamSocial.ServiceDefaults", LogLevel.Debug).AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.Debug);
        // The least grace that the server allows.
        builder.Services.PostConfigure<KestrelServerOptions>(server => server.Limits.MinRequestBodyDataRate = new(240, TimeSpan.FromSeconds(1.1)));
    }, arguments);

    private static async Task<string?> ReasonOf(HttpResponseMessage answer)
    {
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("reason").GetString();
    }
}
