using System.Collections.Immutable;
using Confluent.Kafka;
using StreamSocial.Kafka.Jmx;

namespace StreamSocial.Kafka.Cluster;

/// <summary>Counts what a cluster's metadata says. Pure.</summary>
internal static class ClusterStateBuilder
{
    /// <summary>How long a broker that is down, and that no partition names, is told of: somebody may have taken it away for good.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <param name="metadata">What a broker answered.</param>
    /// <param name="minInSync"><c>min.insync.replicas</c> by topic, where it is known.</param>
    /// <param name="unreachable">Brokers of the metadata whose addresses take no connection.</param>
    /// <param name="reported">What brokers say of themselves over JMX.</param>
    /// <param name="earlier">What was read before, for since when a broker has its status, and where those were that are gone.</param>
    /// <param name="at">When it was read.</param>
    public static ClusterState Build(
        Metadata metadata, IReadOnlyDictionary<string, int> minInSync, IReadOnlySet<int> unreachable, IReadOnlyCollection<JmxReading> reported, ClusterState? earlier, DateTimeOffset at)
    {
        var topics = metadata.Topics.Where(topic => topic.Partitions.Count > 0).OrderBy(topic => topic.Topic, StringComparer.Ordinal).ToList();
        var partitions = topics.SelectMany(topic => topic.Partitions).ToList();
        var known = earlier?.Brokers.ToDictionary(broker => broker.Id) ?? [];
        var registered = metadata.Brokers.ToDictionary(broker => broker.BrokerId);
        var leaders = Count(partitions.Select(partition => partition.Leader));
        var preferred = Count(partitions.Where(partition => partition.Replicas.Length > 0).Select(partition => partition.Replicas[0]));
        var replicas = Count(partitions.SelectMany(partition => partition.Replicas));
        var inSync = Count(partitions.SelectMany(partition => partition.InSyncReplicas));
        var statuses = reported.Where(reading => reading.Sample?.Status is not null).ToDictionary(reading => reading.Broker, reading => reading.Sample!.Status!.Value);
        var remembered = known.Values.Where(broker => broker.Status != BrokerStatus.Down || at - broker.Since < Remembered).Select(broker => broker.Id);
        var brokers = registered.Keys.Union(remembered).Union(replicas.Keys).Order().Select(id =>
        {
            var before = known.GetValueOrDefault(id);
            var seen = !registered.TryGetValue(id, out var broker) ? BrokerStatus.Down
                : unreachable.Contains(id) ? BrokerStatus.Unreachable : BrokerStatus.Running;
            // That it runs is no news of a broker that cannot be reached; what else it says of itself is.
            var status = statuses.TryGetValue(id, out var own) && own != BrokerStatus.Running ? own : seen;
            return new BrokerState(
                id,
                broker is null ? before?.Address : $"{broker.Host}:{broker.Port}",
                status,
                before?.Status == status ? before.Since : at,
                leaders.GetValueOrDefault(id),
                preferred.GetValueOrDefault(id),
                replicas.GetValueOrDefault(id),
                inSync.GetValueOrDefault(id));
        });
        return new ClusterState(
            at, FindController(reported), [.. brokers], [.. topics.Select(topic => Describe(topic, minInSync.TryGetValue(topic.Topic, out var least) ? least : null))]);
    }

    /// <summary>
    /// The broker that says it of itself. Clients are told any broker, which passes on what only the controller can do. While one takes over from another, none or both say so.
    /// </summary>
    private static int? FindController(IReadOnlyCollection<JmxReading> reported)
    {
        var active = reported.Where(reading => reading.Sample?.ActiveControllers == 1).ToList();
        return active.Count == 1 ? active[0].Broker : null;
    }

    private static TopicReplication Describe(TopicMetadata topic, int? minInSync) => new(
        topic.Topic,
        topic.Partitions.Count,
        topic.Partitions.Min(partition => partition.Replicas.Length),
        minInSync,
        topic.Partitions.Count(partition => partition.Leader < 0),
        topic.Partitions.Count(partition => partition.InSyncReplicas.Length < partition.Replicas.Length),
        minInSync is { } least ? topic.Partitions.Count(partition => partition.InSyncReplicas.Length < least) : null,
        topic.Partitions.Count(partition => partition.Replicas.Length > 0 && partition.Leader >= 0 && partition.Leader != partition.Replicas[0]))
    {
        Behind = topic.Partitions.Where(partition => partition.InSyncReplicas.Length < partition.Replicas.Length).Select(partition => partition.PartitionId).ToHashSet(),
        LeaderOf = topic.Partitions.ToDictionary(partition => partition.PartitionId, partition => partition.Leader),
    };

    private static Dictionary<int, int> Count(IEnumerable<int> ids) => ids.Where(id => id >= 0).CountBy(id => id).ToDictionary();
}
