using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using StreamSocial.Autoscaler;
using StreamSocial.Dashboard;
using StreamSocial.FeedGenerator;
using StreamSocial.Ingest;

namespace StreamSocial.ServiceDefaults.Tests.ApiReference;

/// <summary>The reference of each service's API. Only the web server runs, so no broker is needed.</summary>
public sealed partial class ApiReferenceTests
{
    public static readonly TheoryData<string, string, string[]> Services = new()
    {
        { "ingest", "StreamSocial ingest", ["/v1/actions", "/v1/interactions"] },
        {
            "feeds", "StreamSocial feeds",
            ["/v1/content/{id}/stats", "/v1/content:batchGetStats", "/v1/feeds/{user}", "/v1/feeds/{user}/stream", "/v1/feeds:batchGet", "/v1/trending"]
        },
        { "autoscaler", "StreamSocial autoscaler", ["/v1/decisions", "/v1/override"] },
        { "dashboard", "StreamSocial dashboard", ["/api/history", "/api/override", "/api/snapshot", "/api/stream"] },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Document_OfService_ListsItsRoutes(string service, string title, string[] paths)
    {
        await using var server = await StartAsync(service);

        var document = await server.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Token);

        Assert.Equal(title, document.GetProperty("info").GetProperty("title").GetString());
        Assert.Equal(paths, document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ingest")]
    [InlineData("feeds")]
    [InlineData("autoscaler")]
    [InlineData("dashboard")]
    public async Task Page_OfService_LoadsOnlyFromIt(string service)
    {
        await using var server = await StartAsync(service);

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

    private static Task<TestServer> StartAsync(string service)
    {
        var (add, map) = Parts(service);
        return TestServer.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                add(builder);
                builder.Services.RemoveAll<IHostedService>();
            },
            map,
            "--ConnectionStrings:kafka=127.0.0.1:1", "--Dashboard:Demo=true", "--Autoscaler:DryRun=true");
    }

    private static (Action<WebApplicationBuilder> Add, Action<WebApplication> Map) Parts(string service) => service switch
    {
        "ingest" => (builder => builder.AddIngest(), app => app.MapIngest()),
        "feeds" => (builder => builder.AddFeedGenerator(), app => app.MapFeedGenerator()),
        "autoscaler" => (builder => builder.AddAutoscaler(), app => app.MapAutoscaler()),
        "dashboard" => (builder => builder.AddDashboard(), app => app.MapDashboard()),
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "No such service."),
    };

    [GeneratedRegex("""(?:src=|from )["']([^"']+)["']""")]
    private static partial Regex ScriptSource();
}
