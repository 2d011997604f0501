using System.Collections.Immutable;
using StreamSocial.Control;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Jmx;
using StreamSocial.Scaling;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources;

/// <summary>The source of all figures. What cannot be read is null in the reading, not an exception.</summary>
internal interface IClusterSource
{
    Task<ClusterReading> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>Everything that was read at one moment, as it was read. A source that failed is null.</summary>
/// <param name="Group">The feed generators: their input topics and members.</param>
/// <param name="Decisions">The latest decisions of the autoscaler, newest first.</param>
/// <param name="Scale">Replicas as the orchestrator knows them.</param>
/// <param name="Resources">The orchestrator's resources.</param>
internal sealed record ClusterReading(
    GroupReading Group,
    IReadOnlyList<ScalingDecision>? Decisions,
    ScaleDocument? Scale,
    IReadOnlyList<ResourceDocument>? Resources)
{
    /// <summary>The rebalances of the last minutes.</summary>
    public RebalanceWindow? Rebalances { get; init; }

    /// <summary>The brokers and the copies of the partitions.</summary>
    public ClusterState? Cluster { get; init; }

    /// <summary>The brokers' own figures, over JMX; empty when there is nobody to ask.</summary>
    public ImmutableArray<BrokerFigures> Figures { get; init; } = [];

    /// <summary>The topics of the catalogue.</summary>
    public TopicReports? Catalogue { get; init; }

    /// <summary>The consumer groups that read them.</summary>
    public GroupReports? Consumers { get; init; }
}
