using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using StreamSocial.Autoscaler;
using StreamSocial.Dashboard;
using StreamSocial.FeedGenerator;
using StreamSocial.Ingest;

namespace StreamSocial.ServiceDefaults.Tests;

/// <summary>The services that have an HTTP API, in this process.</summary>
internal static class ServiceParts
{
    /// <summary>Starts a service with all that runs in it.</summary>
    public static Task<TestServer> StartWholeAsync(string service, Action<WebApplicationBuilder> configure, params string[] arguments)
    {
        var (add, map) = Of(service);
        return TestServer.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                add(builder);
                configure(builder);
            },
            app =>
            {
                app.MapDefaultEndpoints();
                map(app);
            },
            arguments);
    }

    /// <summary>Starts only the web server of a service, so that no broker is needed.</summary>
    public static Task<TestServer> StartAsync(string service, Action<WebApplicationBuilder>? configure = null, params string[] arguments)
    {
        var (add, map) = Of(service);
        return TestServer.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                add(builder);
                builder.Services.RemoveAll<IHostedService>();
                configure?.Invoke(builder);
            },
            map,
            ["--ConnectionStrings:kafka=127.0.0.1:1", "--Dashboard:Demo=true", "--Autoscaler:DryRun=true", .. arguments]);
    }

    private static (Action<WebApplicationBuilder> Add, Action<WebApplication> Map) Of(string service) => service switch
    {
        "ingest" => (builder => builder.AddIngest(), app => app.MapIngest()),
        "feeds" => (builder => builder.AddFeedGenerator(), app => app.MapFeedGenerator()),
        "autoscaler" => (builder => builder.AddAutoscaler(), app => app.MapAutoscaler()),
        "dashboard" => (builder => builder.AddDashboard(), app => app.MapDashboard()),
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "No such service."),
    };
}
