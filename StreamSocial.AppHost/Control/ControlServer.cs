using StreamSocial.ServiceDefaults;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.AppHost.Scaling;
using StreamSocial.AppHost.Startup;
using StreamSocial.AppHost.Topology;
using StreamSocial.Control;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.AppHost.Control;

/// <summary>What the control server shows and commands.</summary>
internal sealed record ControlTarget(
    ReplicaScaler Scaler, DistributedApplicationModel Model, ResourceNotificationService Notifications, ResourceCommandService Commands, IHostApplicationLifetime Lifetime);

/// <summary>How the control server is reached.</summary>
/// <param name="Url">Where it listens; null for a free port of loopback.</param>
/// <param name="Token">What it asks for before it changes anything; null to make one for this run.</param>
internal sealed record ControlEndpoint(string? Url, string? Token)
{
    public const string UrlKey = "Control:Url";
    public const string TokenKey = "Control:Token";

    public static ControlEndpoint From(IConfiguration configuration) => new(NullIfEmpty(configuration[UrlKey]), NullIfEmpty(configuration[TokenKey]));

    /// <summary>What is wrong; empty if nothing is.</summary>
    public IEnumerable<string> Validate()
    {
        if (Token is not null && ControlOptions.CheckToken(TokenKey, Token) is { } wrong)
            yield return wrong;
        if (Url is null)
            yield break;
        if (!Uri.TryCreate(Url.Replace("*", "any", StringComparison.Ordinal).Replace("+", "any", StringComparison.Ordinal), UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp)
            yield return $"{UrlKey} is '{Url}'; give an address such as http://127.0.0.1:5100.";
        else if (Token is null && !ListenAddresses.IsLoopback(Url))
            yield return $"{UrlKey} is {Url}, beyond loopback, without a control token: give {TokenKey} too, or an address of loopback.";
        else if (ListenAddresses.FindProblem(Url) is { } problem)
            yield return problem;
    }

    /// <summary>Where processes of this machine reach a server: one that listens on all addresses names none that all systems connect to.</summary>
    /// <param name="listened">What the server says of where it listens.</param>
    public static Uri LocalAddressOf(string listened)
    {
        var address = new Uri(listened);
        return IPAddress.TryParse(address.DnsSafeHost, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(address) { Host = IPAddress.Loopback.ToString() }.Uri
            : address;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>An HTTP server inside the AppHost, through which the application is watched and scaled.</summary>
/// <param name="endpoint">How it is reached.</param>
/// <param name="configuration">The AppHost's.</param>
internal sealed class ControlServer(ControlEndpoint endpoint, IConfiguration configuration) : IAsyncDisposable
{
    private WebApplication? _app;
    private Uri? _address;

    /// <summary>What commands must bring.</summary>
    public ControlToken Token { get; } = new(endpoint.Token);

    /// <summary>Where processes of this machine reach it.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Address => _address ?? throw new InvalidOperationException("The control server has no address before it starts.");

    /// <exception cref="AppHostConfigurationException">It cannot listen where it is told to, or an option of its HTTP API is wrong.</exception>
    public async Task StartAsync(ControlTarget target, CancellationToken cancellationToken)
    {
        // Not the working directory, which is watched with all below it for changed settings: the brokers may keep their logs there.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        // Not the limits for clients: the services of this application all ask from one address.
        builder.Configuration.AddInMemoryCollection(configuration.GetSection("Http").AsEnumerable());
        builder.WebHost.UseUrls(endpoint.Url ?? "http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never);
        builder.Services.AddHttpApi();
        builder.Services.AddSingleton(Token);
        builder.Services.AddOpenApi(openApi => openApi.WithInfo("StreamSocial control", "The number of feed generators, and the resources of the application with their commands."));
        var app = _app = builder.Build();
        try
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (Exception e) when (ServiceRunner.ProblemsOf(e) is { } problems)
        {
            throw new AppHostConfigurationException(string.Join(' ', problems.Distinct()), e);
        }
        app.UseHostCheck(refusesAll: true);
        app.UseHttpApi();
        app.MapScale(target.Scaler);
        app.MapResources(target.Model, target.Notifications, target.Commands, target.Lifetime.ApplicationStopping);
        app.MapKafka(target.Model);
        app.MapApiReference();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (endpoint.Url is not null && e is IOException or SocketException or InvalidOperationException)
        {
            throw new AppHostConfigurationException($"{ControlEndpoint.UrlKey} is {endpoint.Url}, where nothing can listen. {e.Message}", e);
        }
        _address = ControlEndpoint.LocalAddressOf(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
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
    private const string EndpointKey = $"{ControlOptions.SectionName}:{nameof(ControlOptions.Endpoint)}";
    private const string TokenKey = $"{ControlOptions.SectionName}:{nameof(ControlOptions.Token)}";

    /// <summary>Adds the server through which the application is watched and scaled. It runs with the application only: what is published has none.</summary>
    public static ControlServer AddControlServer(this IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        var server = new ControlServer(options.Control, builder.Configuration);
        builder.Services.AddSingleton(options.FeedGenerators);
        builder.Services.AddSingleton<ReplicaScaler>();
        builder.Services.AddSingleton<ControlTarget>();
        builder.Services.AddSingleton(server);
        if (builder.ExecutionContext.IsRunMode)
            builder.Services.AddSingleton<IHostedService, ControlServerLifetime>();
        return server;
    }

    /// <summary>
    /// Tells a service where to read and ask for the number of generators, and gives it the control token. What is published is told of the server and of the
    /// token that are configured for it, if any.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithScaleEndpoint(this IResourceBuilder<ProjectResource> service, ControlServer control)
    {
        // Evaluated when the service starts; the server is up by then.
        if (service.ApplicationBuilder.ExecutionContext.IsRunMode)
            return service.WithEnvironment("Scale__Endpoint", () => control.Address.ToString()).WithSecret("Scale__Token", ControlEndpoint.TokenKey, control.Token.Value);
        var configuration = service.ApplicationBuilder.Configuration;
        if (configuration[EndpointKey] is { Length: > 0 } endpoint)
            service.WithEnvironment("Scale__Endpoint", endpoint);
        return configuration[TokenKey] is { Length: > 0 } token ? service.WithSecret("Scale__Token", TokenKey, token) : service;
    }

    /// <summary>A published autoscaler that has nobody to ask for replicas only decides and records: without a dry run it would not start.</summary>
    public static IResourceBuilder<ProjectResource> WithDryRunUnlessScaled(this IResourceBuilder<ProjectResource> autoscaler)
    {
        var builder = autoscaler.ApplicationBuilder;
        string[] deciding = [EndpointKey, "Autoscaler:Actuator", "Autoscaler:DryRun"];
        return !builder.ExecutionContext.IsRunMode && deciding.All(key => string.IsNullOrEmpty(builder.Configuration[key]))
            ? autoscaler.WithEnvironment("Autoscaler__DryRun", "true")
            : autoscaler;
    }
}
