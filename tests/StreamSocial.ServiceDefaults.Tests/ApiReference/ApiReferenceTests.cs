using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamSocial.ServiceDefaults.Tests.ApiReference;

/// <summary>The reference of each service's API. Only the web server runs, so no broker is needed.</summary>
public sealed partial class ApiReferenceTests
{
    public static readonly TheoryData<string, string, string[]> Services = new()
    {
        { "ingest", "StreamSocial ingest", ["/v1/actions", "/v1/interactions"] },
        {
            "feeds", "StreamSocial feeds",
            [
                "/v1/content/{id}/stats", "/v1/content:batchGetStats", "/v1/feeds/{user}", "/v1/feeds/{user}/stream", "/v1/feeds:batchGet",
                "/v1/notifications/{user}", "/v1/notifications/{user}/stream", "/v1/trending",
            ]
        },
        { "autoscaler", "StreamSocial autoscaler", ["/v1/decisions", "/v1/override"] },
        {
            "dashboard", "StreamSocial dashboard",
            [
                "/api/alerts", "/api/dead-letters", "/api/dead-letters:replay", "/api/feeds/{user}", "/api/history", "/api/operations", "/api/override",
                "/api/replicas/{name}/restart", "/api/silences", "/api/silences/{id}", "/api/snapshot", "/api/stages", "/api/stages/{stage}/pause",
                "/api/stages/{stage}/reset", "/api/stages/{stage}/reset/preview", "/api/stream",
            ]
        },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Document_OfService_ListsItsRoutes(string service, string title, string[] paths)
    {
        await using var server = await ServiceParts.StartAsync(service);

        var document = await server.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Token);

        Assert.Equal(title, document.GetProperty("info").GetProperty("title").GetString());
        Assert.Equal(paths, document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        // Groups are named by the paths, not by classes.
        Assert.Equal(
            paths.Select(path => path.Split('/', ':')[2]).Distinct().Order(StringComparer.Ordinal), document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("ingest")]
    [InlineData("feeds")]
    [InlineData("autoscaler")]
    [InlineData("dashboard")]
    public async Task Page_OfService_LoadsOnlyFromIt(string service)
    {
        await using var server = await ServiceParts.StartAsync(service);

        var page = await server.Client.GetStringAsync("/scalar/", Token);

        var scripts = ScriptSource().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            var address = new Uri(new Uri(server.Address, "/scalar/"), script);
            Assert.Equal(server.Address.Authority, address.Authority);
            Assert.NotEmpty(await server.Client.GetByteArrayAsync(address, Token));
        }
    }

    [GeneratedRegex("""(?:src=|from )["']([^"']+)["']""")]
    private static partial Regex ScriptSource();
}
