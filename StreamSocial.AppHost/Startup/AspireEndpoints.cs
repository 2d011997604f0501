using Microsoft.Extensions.Configuration;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.AppHost.Startup;

/// <summary>
/// Where the Aspire dashboard and what it talks to listen. The launch profile names fixed ports; a second application on the same machine, or one that is started
/// without a profile, gets free ones.
/// </summary>
internal static class AspireEndpoints
{
    public const string Page = "ASPNETCORE_URLS";
    public const string UnsecuredTransport = "ASPIRE_ALLOW_UNSECURED_TRANSPORT";

    /// <summary>All that have to differ from application to application.</summary>
    private static readonly string[] Variables = [Page, "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    /// <summary>Whether the application has the Aspire dashboard.</summary>
    /// <exception cref="AppHostConfigurationException">The option cannot be read.</exception>
    public static bool IsDashboardEnabled(IConfiguration configuration)
    {
        try
        {
            return configuration.GetValue("AspireDashboard:Enabled", true);
        }
        catch (InvalidOperationException e)
        {
            throw new AppHostConfigurationException($"{e.Message} Correct this option.", e);
        }
    }

    /// <summary>The environment variables to set: those that are missing or whose port is taken. Says in one line if a port was taken.</summary>
    /// <param name="read">Reads an environment variable.</param>
    /// <param name="output">Takes the line.</param>
    public static IReadOnlyDictionary<string, string> Choose(Func<string, string?> read, TextWriter output)
    {
        var taken = Variables.ToDictionary(variable => variable, variable => PortsOf(read(variable)).Where(LoopbackPorts.IsInUse).ToArray());
        var replaced = Variables.Where(variable => string.IsNullOrWhiteSpace(read(variable)) || taken[variable].Length > 0).ToArray();
        var chosen = replaced.Zip(LoopbackPorts.ChooseFree(replaced.Length), (variable, port) => (variable, url: $"http://localhost:{port}"))
            .ToDictionary(replacement => replacement.variable, replacement => replacement.url);
        if (chosen.Count > 0)
            chosen[UnsecuredTransport] = "true";
        if (taken.Values.Any(ports => ports.Length > 0))
        {
            output.WriteLine(
                $"Taken, perhaps by another AppHost: port {string.Join(", ", taken.Values.SelectMany(ports => ports))}. The Aspire dashboard is at {chosen.GetValueOrDefault(Page) ?? read(Page)} instead.");
        }

        return chosen;
    }

    private static IEnumerable<int> PortsOf(string? urls) => (urls ?? "")
        .Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(url => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.Port : 0)
        .Where(port => port > 0);
}
