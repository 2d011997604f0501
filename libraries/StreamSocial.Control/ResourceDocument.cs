using System.Globalization;
using System.Text.Json.Serialization;

namespace StreamSocial.Control;

/// <summary>One resource in the answer of <c>GET /v1/resources</c>; what is not known is null.</summary>
/// <param name="Name">Name in the application model, for example <c>feed-generator-1</c>.</param>
/// <param name="Type">Kind of resource as Aspire names it.</param>
/// <param name="State">
/// Aspire's state, for example <c>Running</c>; <c>Stopping</c> from when its end was asked for; <c>Restarting (2)</c> for a service that has ended twice in a
/// row without being asked and is about to be started again.
/// </param>
/// <param name="Health">Aspire's health, for example <c>Healthy</c>.</param>
/// <param name="ExitCode">Exit code of a process that has ended.</param>
/// <param name="Pid">Process id while it runs; that of a process which has ended may stay until the next one starts.</param>
/// <param name="Urls">Addresses; empty when it has none.</param>
public sealed record ResourceDocument(
    string Name, string? Type, string? State, string? Health, int? ExitCode, int? Pid, IReadOnlyList<string> Urls)
{
    private const string RestartingPrefix = "Restarting (";

    /// <summary>Whether it runs.</summary>
    [JsonIgnore]
    public bool IsRunning => State == "Running";

    /// <summary>Whether it runs, though its end may have been asked for.</summary>
    [JsonIgnore]
    public bool HasProcess => IsRunning || State == "Stopping";

    /// <summary>Whether it runs, or is about to start, to stop or to be started again.</summary>
    [JsonIgnore]
    public bool IsUnderWay => HasProcess || State == "Starting" || EndsInARow > 0;

    /// <summary>Whether it runs and its health checks pass.</summary>
    [JsonIgnore]
    public bool IsHealthy => IsRunning && Health == "Healthy";

    /// <summary>How often a service has ended in a row without being asked, while it waits to be started again; 0 otherwise.</summary>
    [JsonIgnore]
    public int EndsInARow =>
        State is not null && State.StartsWith(RestartingPrefix, StringComparison.Ordinal) && State.EndsWith(')')
        && int.TryParse(State.AsSpan(RestartingPrefix.Length..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var ends) ? ends : 0;

    /// <summary>Base address of its HTTP API; null when it has none.</summary>
    [JsonIgnore]
    public Uri? HttpUrl => Urls.FirstOrDefault(url => url.StartsWith("http://", StringComparison.Ordinal)) is { } url ? new Uri(url) : null;
}

/// <summary>The commands of <c>POST /v1/resources/{name}/commands/{command}</c>.</summary>
public enum ResourceCommand
{
    /// <summary>Starts a resource that does not run.</summary>
    Start,

    /// <summary>Stops a resource in good order.</summary>
    Stop,

    /// <summary>Stops it, then starts it.</summary>
    Restart,
}
