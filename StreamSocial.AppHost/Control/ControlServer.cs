using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.AppHost.Scaling;
using StreamSocial.AppHost.Startup;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.AppHost.Control;

/// <summary>What the control server shows and commands.</summary>
internal sealed record ControlTarget(
    ReplicaScaler Scaler, DistributedApplicationModel Model, ResourceNotificationService Notifications, ResourceCommandService Commands);

/// <summary>An HTTP server on loopback inside the AppHost, through which the application is watched and scaled.</summary>
/// <param name="url">Where it listens; null for a free port.</param>
internal sealed class ControlServer(string? url) : IAsyncDisposable
{
    private WebApplication? _app;
    private Uri? _address;

    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Address => _address ?? throw new InvalidOperationException("The control server has no address before it starts.");

    public async Task StartAsync(ControlTarget target, CancellationToken cancellationToken)
    {
        // Not the working directory, which is watched with all below it for changed settings: the brokers may keep their logs there.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url ?? "http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never);
        builder.Services.AddHttpApi();
        builder.Services.AddOpenApi(openApi => openApi.WithInfo("StreamSocial control", "The number of feed generators, and the resources of the application with their commands."));
        var app = builder.Build();
        app.UseHttpApi();
        app.MapScale(target.Scaler);
        app.MapResources(target.Model, target.Notifications, target.Commands);
        app.MapKafka(target.Model);
        app.MapApiReference();
        await app.StartAsync(cancellationToken);
        _app = app;
        _address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }
}

/// <summary>
/// Starts the control server before the orchestrator starts: that one's start ends only when every resource runs, and a resource that stays unhealthy is
/// just when the control server is needed.
/// </summary>
internal sealed class ControlServerLifetime(ControlServer server, ControlTarget target) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => server.StartAsync(target, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class ControlServerExtensions
{
    /// <summary>Adds the server through which the application is watched and scaled.</summary>
    public static ControlServer AddControlServer(this IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        var server = new ControlServer(options.ControlUrl);
        builder.Services.AddSingleton(options.FeedGenerators);
        builder.Services.AddSingleton<ReplicaScaler>();
        builder.Services.AddSingleton<ControlTarget>();
        builder.Services.AddSingleton(server);
        builder.Services.AddSingleton<IHostedService, ControlServerLifetime>();
        return server;
    }

    /// <summary>Tells a service where to read and ask for the number of generators.</summary>
    public static IResourceBuilder<ProjectResource> WithScaleEndpoint(this IResourceBuilder<ProjectResource> service, ControlServer control) =>
        // Evaluated when the service starts; the server is up by then.
        service.WithEnvironment("Scale__Endpoint", () => control.Address.ToString());
}
