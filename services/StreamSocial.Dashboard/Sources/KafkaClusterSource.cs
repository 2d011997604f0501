using Microsoft.Extensions.Options;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Tables;
using StreamSocial.Scaling;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Sources;

/// <summary>The running cluster: the group and the decisions from Kafka, replicas and resources from the orchestrator.</summary>
internal sealed class KafkaClusterSource(
    GroupReader group,
    TopicCatalog catalog,
    TopicTable<string, ScalingDecision> decisions,
    ClusterMonitors monitors,
    OrchestratorReader orchestrator,
    IOptions<DashboardOptions> options) : IClusterSource
{
    private const int ShownDecisions = 30;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    private readonly (string Name, int Partitions)[] _topics = [.. FeedGeneratorStages.Inputs.Select(topic => (topic, catalog[topic].Partitions))];

    public async Task<ClusterReading> ReadAsync(CancellationToken cancellationToken)
    {
        var (scale, resources) = (orchestrator.ReadScaleAsync(cancellationToken), orchestrator.ReadResourcesAsync(cancellationToken));
        var reading = await group.ReadAsync(_topics, ReadTimeout, options.Value.MemberTimeout, cancellationToken);
        var decided = decisions.Current;
        return new ClusterReading(reading, decided.IsCaughtUp ? [.. Shown(decided.Entries.Values)] : null, await scale, await resources)
        {
            Rebalances = monitors.Rebalances.Current,
            Cluster = monitors.Cluster.Current,
            Figures = monitors.Cluster.Figures,
            Catalogue = monitors.Topics.Current,
            Consumers = monitors.Groups.Current,
        };
    }

    // The latest, whatever it is, and the earlier ones that acted: the reasons for holding change too often to be worth reading back.
    private static IEnumerable<ScalingDecision> Shown(IEnumerable<ScalingDecision> decisions) => decisions
        .OrderByDescending(decision => decision.DecisionId, StringComparer.Ordinal)
        .Where((decision, age) => age == 0 || decision.Verdict != ScalingVerdict.Hold)
        .Take(ShownDecisions);
}

/// <summary>What reads the cluster all the time, apart from the snapshots.</summary>
/// <param name="Cluster">Its brokers and the copies of partitions.</param>
/// <param name="Topics">The catalogue's topics.</param>
/// <param name="Groups">The consumer groups that read them.</param>
/// <param name="Rebalances">The latest rebalances.</param>
internal sealed record ClusterMonitors(ClusterMonitor Cluster, TopicMonitor Topics, GroupMonitor Groups, RebalanceEventTail Rebalances);
