using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Evaluates the rules once a snapshot.</summary>
internal sealed class AlertEvaluation(AlertKeeper keeper, DiskReader disks, TopicCatalog catalog, IOptions<ControlOptions> control)
{
    private readonly DeadLetterGrowth _deadLetters = new();

    private AuditWindow _audit = AuditWindow.Empty;

    /// <summary>The snapshot with the alerts of now. Called by one thread at a time, in the order of the readings.</summary>
    public DashboardSnapshot Evaluate(ClusterReading reading, DashboardSnapshot snapshot)
    {
        _audit = _audit.After(reading.Group);
        var input = AlertInputBuilder.Build(reading, snapshot, catalog, _audit.GrowthOf(reading.Group), _deadLetters.Until(reading.Catalogue), disks.Read(), control.Value.Endpoint is not null);
        return keeper.Observe(input) is { } alerts
            ? snapshot with { Alerts = AlertSnapshot.From(alerts, input.At) }
            : snapshot with { Unknown = snapshot.Unknown.Add("alerts") };
    }
}
