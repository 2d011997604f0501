using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace StreamSocial.ServiceDefaults.Tests.Control;

/// <summary>A browser that acts for a page of another site changes nothing, although it may have the token.</summary>
public sealed class CrossSiteTests
{
    private const string Token = "token-of-this-test";
    private const string Own = "the service's own address";

    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    /// <summary>Of each service, a request that changes something.</summary>
    public static TheoryData<string, string, string> Controls { get; } = new()
    {
        { "autoscaler", "DELETE", "/v1/override" },
        { "autoscaler", "PUT", "/v1/override" },
        { "dashboard", "DELETE", "/api/override" },
        { "dashboard", "PUT", "/api/override" },
        { "dashboard", "POST", "/api/replicas/feed-generator-1/restart" },
    };

    [Theory]
    [MemberData(nameof(Controls))]
    public async Task Control_FromAnotherSite_403SaysSo(string service, string method, string path)
    {
        await using var server = await StartAsync(service);
        (string Name, string Value)[] said =
        [
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://elsewhere.example"), ("Origin", "null"), ("Origin", "nonsense"),
            ("Origin", server.Address.GetLeftPart(UriPartial.Authority).Replace("http:", "https:", StringComparison.Ordinal)),
            ("Origin", "http://127.0.0.1:1"),
        ];
        foreach (var (name, value) in said)
            Assert.Equal((HttpStatusCode.Forbidden, "foreign_page"), await AskAsync(server, method, path, (name, value)));
    }

    [Theory]
    [MemberData(nameof(Controls))]
    public async Task Control_FromItsOwnPageOrAProgram_Passes(string service, string method, string path)
    {
        await using var server = await StartAsync(service);
        (string, string)[][] said =
        [
            [], [("Sec-Fetch-Site", "same-origin")], [("Origin", Own)],
            // The browser sees the proxy's address.
            [("Origin", "https://page.example"), ("X-Forwarded-Host", "page.example"), ("X-Forwarded-Proto", "https")],
        ];
        foreach (var headers in said)
        {
            var (status, reason) = await AskAsync(server, method, path, headers);
            Assert.True(status is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized), $"{string.Join(", ", headers)} was refused: {reason}");
        }
    }

    [Fact]
    public async Task Control_BelowAPathPrefix_IsComparedByItsOriginAlone()
    {
        await using var server = await StartAsync("dashboard", "--PathBase=/streamsocial");
        Assert.NotEqual(HttpStatusCode.Forbidden, (await AskAsync(server, "DELETE", "/streamsocial/api/override", ("Origin", Own))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(server, "DELETE", "/streamsocial/api/override", ("Origin", "http://elsewhere.example"))).Status);
    }

    private static Task<TestServer> StartAsync(string service, params string[] arguments) => ServiceParts.StartAsync(service, null, [$"--Scale:Token={Token}", .. arguments]);

    private static async Task<(HttpStatusCode Status, string? Reason)> AskAsync(TestServer server, string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "PUT" ? JsonContent.Create(new { kind = "paused" }) : null };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value == Own ? server.Address.GetLeftPart(UriPartial.Authority) : value);
        using var answer = await server.Client.SendAsync(request, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return (answer.StatusCode, null);
        using var problem = JsonDocument.Parse(text);
        return (answer.StatusCode, problem.RootElement.GetProperty("reason").GetString());
    }
}
