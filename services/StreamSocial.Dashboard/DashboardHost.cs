using Microsoft.Extensions.Options;
using StreamSocial.Dashboard.Api;
using StreamSocial.Dashboard.Pages;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.ServiceDefaults;

namespace StreamSocial.Dashboard;

/// <summary>Puts the service together.</summary>
internal static class DashboardHost
{
    /// <param name="args">Command line.</param>
    /// <param name="configure">Replaces services, for tests.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            // Beside the program, wherever it is started from.
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        builder.AddServiceDefaults();
        builder.Services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>();
        builder.Services.AddOptionsWithValidateOnStart<DashboardOptions>().BindConfiguration(DashboardOptions.SectionName);
        builder.Services.AddSingleton<SnapshotStore>();
        builder.Services.AddHostedService<SnapshotCollector>();
        builder.AddClusterSource();
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseSecurityHeaders();
        app.MapDefaultEndpoints();
        app.MapSnapshots();
        app.MapPages();
        return app;
    }
}
