using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using StreamSocial.Dashboard.Alerts;
using StreamSocial.Dashboard.Api;
using StreamSocial.Dashboard.DeadLetters;
using StreamSocial.Dashboard.Feeds;
using StreamSocial.Dashboard.Operations;
using StreamSocial.Dashboard.Overrides;
using StreamSocial.Dashboard.Pages;
using StreamSocial.Dashboard.Replicas;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Dashboard.Stages;
using StreamSocial.Dashboard.Telemetry;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard;

/// <summary>Registers the service.</summary>
internal static class DashboardServices
{
    /// <summary>Adds the collector of snapshots with its source.</summary>
    public static void AddDashboard(this WebApplicationBuilder builder)
    {
        builder.UseBuiltPage();
        builder.Services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>();
        builder.Services.AddOptionsWithValidateOnStart<DashboardOptions>().BindConfiguration(DashboardOptions.SectionName);
        builder.Services.AddSingleton<SnapshotStore>();
        builder.Services.AddSingleton<DocumentVersions>();
        builder.Services.AddHostedService<SnapshotCollector>();
        builder.Services.AddSingleton<DashboardMetrics>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DashboardMetrics>());
        builder.Services.AddHttpApi();
        builder.Services.AddOpenApi(openApi => openApi.WithInfo("StreamSocial dashboard", "What the page shows: the cluster's state once a second, its history, and what the autoscaler was told."));
        builder.AddOverrides();
        var isDemo = builder.IsDemo();
        builder.AddClusterSource(isDemo);
        builder.AddDeadLetters(isDemo);
        builder.AddFeedLookup(isDemo);
        builder.AddAlerts(isDemo);
    }

    /// <summary>Maps the pages, the API and its reference.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        app.UseHostCheck();
        app.UseHttpApi();
        app.UseSecurityHeaders();
        app.MapSnapshots();
        app.MapOverrides();
        app.MapDeadLetters();
        app.MapFeeds();
        app.MapReplicas();
        app.MapOperations();
        app.MapStages();
        app.MapAlerts();
        app.MapPages();
        app.MapApiReference();
    }

    /// <summary>The page is beside the program, wherever that is started from.</summary>
    private static void UseBuiltPage(this WebApplicationBuilder builder)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        builder.Environment.WebRootPath = path;
        builder.Environment.WebRootFileProvider = Directory.Exists(path) ? new PhysicalFileProvider(path) : new NullFileProvider();
    }
}
