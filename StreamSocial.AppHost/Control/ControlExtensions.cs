using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using StreamSocial.AppHost.Scaling;
using StreamSocial.AppHost.Startup;

namespace StreamSocial.AppHost.Control;

internal static class ControlExtensions
{
    /// <summary>Adds the server through which the application is watched and scaled.</summary>
    public static ControlServer AddControlServer(this IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        var server = new ControlServer(options.ControlUrl);
        builder.Services.AddSingleton(options.FeedGenerators);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ReplicaScaler>();
        builder.Services.AddSingleton(server);
        builder.Services.AddSingleton<IHostedService, ControlServerLifetime>();
        return server;
    }

    /// <summary>Tells a service where to read and ask for the number of generators.</summary>
    public static IResourceBuilder<ProjectResource> WithScaleEndpoint(this IResourceBuilder<ProjectResource> service, ControlServer control) =>
        // Evaluated when the service starts; the server is up by then.
        service.WithEnvironment("Scale__Endpoint", () => control.Address.ToString());
}
