namespace StreamSocial.Cli.Topology;

/// <summary>A resource as the AppHost's control server describes it.</summary>
internal sealed record ResourceInfo(string Name, string? State, string? Health, int? ExitCode, int? Pid, IReadOnlyList<string>? Urls)
{
    public bool IsHealthy => State == "Running" && Health == "Healthy";

    /// <summary>Base address of its HTTP API; null when it has none.</summary>
    public Uri? HttpUrl => Urls?.FirstOrDefault(url => url.StartsWith("http://", StringComparison.Ordinal)) is { } url ? new Uri(url) : null;
}
