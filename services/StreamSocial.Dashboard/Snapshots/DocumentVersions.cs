using System.Text.Json;
using StreamSocial.Dashboard.Alerts;
using StreamSocial.Dashboard.Operations;
using StreamSocial.Dashboard.Overrides;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Dashboard.Stages;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Numbers the states of what is too much for each snapshot, so that a page asks for it only when there is something new. For one thread.</summary>
internal sealed class DocumentVersions(AlertsReader alerts, IStages stages, IOperationsView operations, OverrideMonitor overrides)
{
    private readonly ChangeCounter _alerts = new();
    private readonly ChangeCounter _stages = new();
    private readonly ChangeCounter _overrides = new();

    /// <summary>The numbers of now.</summary>
    public VersionsSnapshot Read(ClusterReading reading) => new(
        // What is active is in the snapshot itself, and its texts change all the time.
        alerts.Read() is { } document ? _alerts.Count(document with { Active = [] }) : null,
        stages.Current is { } current ? _stages.Count(current) : null,
        operations.Version,
        reading.Catalogue?.AllDeadLetters,
        overrides.Current is { Override: { } told } ? _overrides.Count(told) : null);

    /// <summary>Counts the different values that it is shown one after the other.</summary>
    private sealed class ChangeCounter
    {
        private string? _latest;
        private long _version;

        public long Count<T>(T value)
        {
            var text = JsonSerializer.Serialize(value);
            if (text != _latest)
                (_latest, _version) = (text, _version + 1);
            return _version;
        }
    }
}

/// <summary>Numbers of what the page reads by itself: another number is another content. They begin anew with the dashboard. Null while the content is unknown.</summary>
/// <param name="Alerts">Of the resolved alerts, the silences and the receiver in <c>GET /api/alerts</c>.</param>
/// <param name="Stages">Of <c>GET /api/stages</c>.</param>
/// <param name="Operations">Of <c>GET /api/operations</c>.</param>
/// <param name="DeadLetters">Dead letters there ever were; with <paramref name="Operations"/>, of <c>GET /api/dead-letters</c>.</param>
/// <param name="Override">Of <c>GET /api/override</c>.</param>
internal sealed record VersionsSnapshot(long? Alerts, long? Stages, long? Operations, long? DeadLetters, long? Override);
