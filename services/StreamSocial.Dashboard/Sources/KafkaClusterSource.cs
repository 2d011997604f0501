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
    RebalanceEventTail rebalances,
    ClusterMonitor cluster,
    TopicMonitor topics,
    GroupMonitor groups,
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
            Rebalances = rebalances.Current,
            Cluster = cluster.Current,
            Figures = cluster.Figures,
            Catalogue = topics.Current,
            Consumers = groups.Current,
        };
    }

    // The latest, whatever it is, and the earlier ones that acted: the reasons for holding change too often to be worth reading back.
    private static IEnumerable<ScalingDecision> Shown(IEnumerable<ScalingDecision> decisions) => decisions
        .OrderByDescending(decision => decision.DecidedAt)
        .Where((decision, age) => age == 0 || decision.Verdict != ScalingVerdict.Hold)
        .Take(ShownDecisions);
}
