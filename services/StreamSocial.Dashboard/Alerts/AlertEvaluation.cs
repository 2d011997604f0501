using Microsoft.Extensions.Options;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Evaluates the rules once a snapshot.</summary>
internal sealed class AlertEvaluation(
    AlertKeeper keeper, DiskReader disks, TopicCatalog catalog, IOptions<DashboardOptions> options, DeadLetterMonitor? deadLetters = null)
{
    /// <summary>The snapshot with the alerts of now.</summary>
    public DashboardSnapshot Evaluate(ClusterReading reading, DashboardSnapshot snapshot)
    {
        var input = AlertInputBuilder.Build(reading, snapshot, catalog, options.Value.HistoryLength, deadLetters?.Current, disks.Read());
        return keeper.Observe(input) is { } alerts
            ? snapshot with { Alerts = AlertSnapshot.From(alerts, input.At) }
            : snapshot with { Unknown = snapshot.Unknown.Add("alerts") };
    }
}
