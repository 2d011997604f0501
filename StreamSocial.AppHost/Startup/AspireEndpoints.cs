using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.AppHost.Startup;

/// <summary>
/// Where the Aspire dashboard and what it talks to listen. The launch profile names fixed ports; a second application on the same machine, or one that is started
/// without a profile, gets free ones.
/// </summary>
internal static class AspireEndpoints
{
    private const string Page = "ASPNETCORE_URLS";
    private const string UnsecuredTransport = "ASPIRE_ALLOW_UNSECURED_TRANSPORT";

    /// <summary>All that have to differ from application to application.</summary>
    private static readonly string[] Variables = [Page, "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    /// <summary>Sets those environment variables of this process that are missing or whose port is taken; says so in one line if a port was taken.</summary>
    public static void Choose(TextWriter output)
    {
        var taken = new List<int>();
        var replaced = new List<string>();
        foreach (var variable in Variables)
        {
            var url = Environment.GetEnvironmentVariable(variable);
            var used = PortsOf(url).Where(LoopbackPorts.IsInUse).ToArray();
            taken.AddRange(used);
            if (string.IsNullOrWhiteSpace(url) || used.Length > 0)
                replaced.Add(variable);
        }

        foreach (var (variable, port) in replaced.Zip(LoopbackPorts.ChooseFree(replaced.Count)))
            Environment.SetEnvironmentVariable(variable, $"http://localhost:{port}");
        if (replaced.Count > 0)
            Environment.SetEnvironmentVariable(UnsecuredTransport, "true");
        if (taken.Count > 0)
            output.WriteLine($"Taken, perhaps by another AppHost: port {string.Join(", ", taken)}. The Aspire dashboard is at {Environment.GetEnvironmentVariable(Page)} instead.");
    }

    private static IEnumerable<int> PortsOf(string? urls) => (urls ?? "")
        .Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(url => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.Port : 0)
        .Where(port => port > 0);
}
