using Microsoft.Extensions.Configuration;

namespace StreamSocial.AppHost;

internal static class ConfigurationForwarding
{
    /// <summary>Every service is told these as they are given to the AppHost.</summary>
    private static readonly string[] Shared = ["Telemetry", "Logging", "HttpResilience", "Shutdown", "Kafka:Client", "Members", "ProducerPool"];

    /// <summary>Passes sections of the AppHost's configuration on to a service, besides those that every service gets.</summary>
    public static IResourceBuilder<ProjectResource> WithSections(this IResourceBuilder<ProjectResource> service, params string[] sections)
    {
        foreach (var (key, value) in sections.Concat(Shared).SelectMany(name => service.ApplicationBuilder.Configuration.GetSection(name).AsEnumerable()))
        {
            if (value is not null)
                service.WithEnvironment(key.Replace(":", "__"), value);
        }

        return service;
    }

    /// <summary>Passes a file's path on, made absolute: services run in directories of their own.</summary>
    public static IResourceBuilder<ProjectResource> WithFile(this IResourceBuilder<ProjectResource> service, string key) =>
        service.ApplicationBuilder.Configuration[key] is { Length: > 0 } path
            ? service.WithEnvironment(key.Replace(":", "__"), Path.GetFullPath(path))
            : service;
}
