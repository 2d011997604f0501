using System.Collections.Immutable;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Jmx;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>The brokers, and how many partitions lack something.</summary>
/// <param name="At">When the brokers were asked, in Unix milliseconds.</param>
/// <param name="ControllerId">The broker that leads the controllers; null when unknown.</param>
/// <param name="Brokers">By id.</param>
/// <param name="Offline">Partitions that nobody leads.</param>
/// <param name="UnderReplicated">Partitions of which a copy is behind or missing.</param>
/// <param name="UnderMinInSync">Partitions below <c>min.insync.replicas</c>; null when that is unknown of a topic.</param>
/// <param name="NotPreferred">Partitions that another broker leads than the one that is preferred.</param>
/// <param name="Lacking">The topics with such partitions.</param>
internal sealed record ClusterSnapshot(
    long At, int? ControllerId, ImmutableArray<BrokerSnapshot> Brokers, int Offline, int UnderReplicated, int? UnderMinInSync, int NotPreferred,
    ImmutableArray<TopicReplication> Lacking)
{
    /// <param name="cluster">What the brokers' metadata says.</param>
    /// <param name="figures">What brokers say over JMX.</param>
    public static ClusterSnapshot From(ClusterState cluster, ImmutableArray<BrokerFigures> figures) => new(
        cluster.At.ToUnixTimeMilliseconds(),
        cluster.ControllerId,
        [.. cluster.Brokers.Select(broker => new BrokerSnapshot(
            broker.Id, broker.Address, CauseSnapshot.CodeOf(broker.Status), broker.Since.ToUnixTimeMilliseconds(), broker.Leaders, broker.Preferred, broker.Replicas, broker.InSync,
            figures.FirstOrDefault(own => own.Broker == broker.Id)))],
        cluster.Offline,
        cluster.UnderReplicated,
        cluster.Topics.Any(topic => topic.UnderMinInSync is null) ? null : cluster.UnderMinInSync,
        cluster.NotPreferred,
        [.. cluster.Lacking]);
}

/// <summary>A broker.</summary>
/// <param name="Id">Its <c>node.id</c>.</param>
/// <param name="Address"><c>host:port</c>; null when it was never there.</param>
/// <param name="Status"><c>running</c>, <c>starting</c>, <c>recovering</c>, <c>shuttingDown</c>, <c>unreachable</c> or <c>down</c>.</param>
/// <param name="Since">Since when the dashboard has seen this status, in Unix milliseconds.</param>
/// <param name="Leaders">Partitions that it leads.</param>
/// <param name="Preferred">Partitions that it should lead.</param>
/// <param name="Replicas">Copies that it should have.</param>
/// <param name="InSync">Copies of these that are in sync.</param>
/// <param name="Figures">Its figures over JMX; null when there is no exporter to ask.</param>
internal sealed record BrokerSnapshot(int Id, string? Address, string Status, long Since, int Leaders, int Preferred, int Replicas, int InSync, BrokerFigures? Figures);
