using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace StreamSocial.AppHost.Topology;

internal static class ConfigurationForwarding
{
    /// <summary>Every service is told these as they are given to the AppHost.</summary>
    private static readonly string[] Shared =
    [
        "Telemetry", "Logging", "Http", "HttpResilience", "ClientLimits", "Shutdown", "Kafka:Client", "Kafka:StatisticsInterval", "Kafka:JmxAddresses", "Aspire:Confluent", "Members",
        "ProducerPool", "Peers:AllowedHosts", "Scale:Timeout", "Scale:CommandTimeout",
    ];

    /// <summary>Longest name that Aspire allows.</summary>
    private const int LongestName = 64;

    private const int HashDigits = 8;

    /// <summary>Ends of the names of secrets, those of librdkafka as those of .NET.</summary>
    private static readonly string[] SecretEnds = ["password", "passphrase", "secret", "token", "pem"];

    /// <summary>Ends of the names of options that are paths, those of librdkafka as those of .NET.</summary>
    private static readonly string[] PathEnds = ["location", "keytab", ".file", "AssertionFile", "KeyFile", "TemplateFile", "Streams:StoreDirectory", "Traffic:Trace"];

    /// <summary>Directories by name.</summary>
    private const string Disks = "Alerts:Disks:";

    /// <summary>What librdkafka takes in place of a path: it looks for the system's certificates.</summary>
    private const string Probe = "probe";

    /// <summary>
    /// Passes sections of the AppHost's configuration on to a service, besides those that every service gets; services that run locally offer their metrics to
    /// Prometheus unless it says otherwise. What looks like a secret (a password, a passphrase, a key, a secret, a token)
    /// goes as a secret parameter, which the Aspire dashboard masks. Paths become absolute: services that run locally do so in directories of their own.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithSections(this IResourceBuilder<ProjectResource> service, params string[] sections)
    {
        var builder = service.ApplicationBuilder;
        foreach (var (key, value) in sections.Concat(Shared).SelectMany(name => builder.Configuration.GetSection(name).AsEnumerable()))
        {
            if (value is null)
                continue;
            var variable = key.Replace(":", "__");
            if (IsSecret(key))
                service.WithEnvironment(variable, builder.GetOrAddSecret(key, value));
            else
                service.WithEnvironment(variable, builder.ExecutionContext.IsRunMode && IsPath(key, value) ? Path.GetFullPath(value) : value);
        }

        // What runs here is for looking at; a deployment decides for itself who may reach the metrics.
        if (builder.Configuration["Telemetry:Prometheus"] is null && builder.ExecutionContext.IsRunMode)
            service.WithEnvironment("Telemetry__Prometheus", "true");
        return service;
    }

    /// <summary>Gives a service a secret, as a secret parameter: where it is published, by name and without its value.</summary>
    public static IResourceBuilder<ProjectResource> WithSecret(this IResourceBuilder<ProjectResource> service, string variable, string key, string value) =>
        service.WithEnvironment(variable, service.ApplicationBuilder.GetOrAddSecret(key, value));

    private static bool IsSecret(string key) => Array.Exists(SecretEnds, end => key.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private static bool IsPath(string key, string value) =>
        value.Length > 0 && value != Probe
        && (Array.Exists(PathEnds, end => key.EndsWith(end, StringComparison.OrdinalIgnoreCase)) || key.StartsWith(Disks, StringComparison.OrdinalIgnoreCase));

    private static IResourceBuilder<ParameterResource> GetOrAddSecret(this IDistributedApplicationBuilder builder, string key, string value)
    {
        // Resource names are letters, digits and single dashes.
        var name = Shorten(string.Join('-', key.Split([':', '.', '_'], StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant());
        return builder.Resources.OfType<ParameterResource>().FirstOrDefault(parameter => parameter.Name == name) is { } existing
            ? builder.CreateResourceBuilder(existing)
            : builder.AddParameter(name, value, secret: true);
    }

    /// <summary>A name as long as Aspire allows, which another one does not become too.</summary>
    private static string Shorten(string name) => name.Length <= LongestName
        ? name
        : $"{name[..(LongestName - HashDigits - 1)].TrimEnd('-')}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits]}";
}
