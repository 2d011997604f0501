using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StreamSocial.Kafka.Cluster;

/// <summary>The brokers, and the copies of the partitions on them, as the cluster told it at one moment.</summary>
/// <param name="At">When it was read.</param>
/// <param name="ControllerId">The broker that leads the controllers; null when it is unknown: only JMX tells.</param>
/// <param name="Brokers">Those that are there, that were within the last hour, or that should have copies, by id.</param>
/// <param name="Topics">All topics, internal ones too, by name.</param>
public sealed record ClusterState(DateTimeOffset At, int? ControllerId, ImmutableArray<BrokerState> Brokers, ImmutableArray<TopicReplication> Topics)
{
    /// <summary>Partitions of all topics that nobody leads: they can be neither written nor read.</summary>
    public int Offline => Topics.Sum(topic => topic.Offline);

    /// <summary>Partitions of all topics of which a copy is behind or missing.</summary>
    public int UnderReplicated => Topics.Sum(topic => topic.UnderReplicated);

    /// <summary>Partitions with fewer copies in sync than a write with <c>acks=all</c> needs; a lower bound where a topic's setting is unknown.</summary>
    public int UnderMinInSync => Topics.Sum(topic => topic.UnderMinInSync ?? 0);

    /// <summary>Partitions that another broker leads than the one that is preferred.</summary>
    public int NotPreferred => Topics.Sum(topic => topic.NotPreferred);

    /// <summary>The topics with partitions that lack something.</summary>
    public IEnumerable<TopicReplication> Lacking =>
        Topics.Where(topic => topic.Offline + topic.UnderReplicated + (topic.UnderMinInSync ?? 0) + topic.NotPreferred > 0);
}

/// <summary>A broker.</summary>
/// <param name="Id">Its <c>node.id</c>.</param>
/// <param name="Address"><c>host:port</c>; null for one that was never there, and that only partitions name.</param>
/// <param name="Status">Whether it is there.</param>
/// <param name="Since">Since when the reader has seen this status: at the earliest since its first reading.</param>
/// <param name="Leaders">Partitions that it leads.</param>
/// <param name="Preferred">Partitions that it would lead if every partition had its preferred leader.</param>
/// <param name="Replicas">Copies that it should have.</param>
/// <param name="InSync">Copies of these that are in sync.</param>
public sealed record BrokerState(int Id, string? Address, BrokerStatus Status, DateTimeOffset Since, int Leaders, int Preferred, int Replicas, int InSync);

/// <summary>Whether a broker is there, in the order from good to bad.</summary>
public enum BrokerStatus
{
    /// <summary>It is registered with the controller and takes connections.</summary>
    Running,

    /// <summary>It catches up with the controllers; it says so over JMX.</summary>
    Starting,

    /// <summary>It recovers its logs, after an end that was not orderly; it says so over JMX.</summary>
    Recovering,

    /// <summary>It hands over what it leads and ends; it says so over JMX.</summary>
    ShuttingDown,

    /// <summary>It is registered, and its address takes no connection: it ended a moment ago, starts, or cannot be reached from here.</summary>
    Unreachable,

    /// <summary>It is not registered.</summary>
    Down,
}

/// <summary>The copies of a topic's partitions.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="ReplicationFactor">Copies of a partition (the fewest of any).</param>
/// <param name="MinInSync">Its <c>min.insync.replicas</c>; null when it is unknown.</param>
/// <param name="Offline">Partitions without a leader.</param>
/// <param name="UnderReplicated">Partitions with fewer copies in sync than they should have.</param>
/// <param name="UnderMinInSync">Partitions with fewer copies in sync than <paramref name="MinInSync"/>; null when that is unknown.</param>
/// <param name="NotPreferred">Partitions led by another broker than the first of their copies.</param>
public sealed record TopicReplication(
    string Name, int Partitions, int ReplicationFactor, int? MinInSync, int Offline, int UnderReplicated, int? UnderMinInSync, int NotPreferred)
{
    /// <summary>The numbers of the under-replicated partitions.</summary>
    [JsonIgnore]
    public IReadOnlySet<int> Behind { get; init; } = FrozenSet<int>.Empty;

    /// <summary>Which broker leads each partition; -1 where none does.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<int, int> LeaderOf { get; init; } = FrozenDictionary<int, int>.Empty;
}
