using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.Autoscaler;
using StreamSocial.Dashboard;
using StreamSocial.FeedGenerator;
using StreamSocial.Ingest;
using StreamSocial.ServiceDefaults;
using StreamSocial.Traffic;

namespace StreamSocial.Docs.Tests;

/// <summary>The services as their programs compose them, in this process. Hosted services are left out, so no broker is needed.</summary>
internal static class ServiceApps
{
    /// <summary>What every service needs to start at all.</summary>
    private static readonly string[] Required =
    [
        // Each app would watch its settings files, and a machine allows only so many watchers.
        "--hostBuilder:reloadConfigOnChange=false",
        "--ConnectionStrings:kafka=127.0.0.1:1", "--Autoscaler:DryRun=true", "--Dashboard:Demo=true", "--services:ingest:http:0=http://127.0.0.1:1",
    ];

    public static WebApplicationBuilder Create(string service, params string[] arguments)
    {
        var builder = WebApplication.CreateBuilder([.. Required, .. arguments]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        switch (service)
        {
            case "ingest":
                builder.AddIngest();
                break;
            case "feed-generator":
                builder.AddFeedGenerator();
                break;
            case "autoscaler":
                builder.AddAutoscaler();
                break;
            case "dashboard":
                builder.AddDashboard();
                break;
            case "traffic":
                builder.AddTraffic();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(service), service, "No such service.");
        }

        builder.Logging.ClearProviders();
        builder.Services.RemoveAll<IHostedService>();
        return builder;
    }

    /// <summary>Maps a service's HTTP API.</summary>
    public static void Map(string service, WebApplication app)
    {
        switch (service)
        {
            case "ingest":
                app.MapIngest();
                break;
            case "feed-generator":
                app.MapFeedGenerator();
                break;
            case "autoscaler":
                app.MapAutoscaler();
                break;
            case "dashboard":
                app.MapDashboard();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(service), service, "This service has no API.");
        }
    }
}
