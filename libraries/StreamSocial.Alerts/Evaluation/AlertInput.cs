using System.Collections.Immutable;

namespace StreamSocial.Alerts.Evaluation;

/// <summary>What the rules look at, at one moment. Null is unknown.</summary>
/// <param name="At">When it was read.</param>
public sealed record AlertInput(DateTimeOffset At)
{
    /// <summary>The input topics.</summary>
    public ImmutableArray<TopicSignals>? Topics { get; init; }

    /// <summary>The brokers.</summary>
    public ImmutableArray<BrokerSignal>? Brokers { get; init; }

    /// <summary>The topics of which partitions lack something; those that are not named lack nothing.</summary>
    public ImmutableArray<ReplicationSignals>? Lacking { get; init; }

    /// <summary>Lost entries that the audit counted in the last ten minutes; null when unknown.</summary>
    public GrowthSignal? Lost { get; init; }

    /// <summary>Entries after a later one of their edge that the audit counted in the last ten minutes; null when unknown.</summary>
    public GrowthSignal? Misordered { get; init; }

    /// <summary>Tasks that have stopped, by input topic; topics that are not named have none. Null when no member reports.</summary>
    public ImmutableSortedDictionary<string, int>? FailedTasks { get; init; }

    /// <summary>Feed generators that were asked for.</summary>
    public int? WantedReplicas { get; init; }

    /// <summary>Feed generators that are ready.</summary>
    public int? ReadyReplicas { get; init; }

    /// <summary>Rebalances that began in the last ten minutes; null when unknown.</summary>
    public int? RecentRebalances { get; init; }

    /// <summary>By input topic, how many dead letters came of it in the last ten minutes; null for one that is unknown.</summary>
    public ImmutableSortedDictionary<string, GrowthSignal?>? DeadLetters { get; init; }

    /// <summary>By name, the share of a disk that is used, 0 to 1; null for one that is unknown.</summary>
    public ImmutableSortedDictionary<string, double?> Disks { get; init; } = ImmutableSortedDictionary<string, double?>.Empty;

    /// <summary>What could be read of each source; the others are unknown.</summary>
    public ImmutableSortedDictionary<string, bool> Sources { get; init; } = ImmutableSortedDictionary<string, bool>.Empty;
}

/// <summary>One input topic.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Lag">Records that wait, at least; null when it is known of no partition.</param>
/// <param name="IsLagComplete">Whether it is known of all partitions.</param>
/// <param name="OldestAge">Age of the oldest record that waits, at least; null when it is known of no partition.</param>
/// <param name="IsAgeComplete">Whether it is known of all partitions.</param>
/// <param name="Hottest">The partition to which most is appended; null when unknown.</param>
/// <param name="HotRatio">How many times the topic's mean is appended to it; null when unknown or too little to say.</param>
/// <param name="Retention">How long the topic keeps records; null when unlimited.</param>
public sealed record TopicSignals(
    string Name, long? Lag, bool IsLagComplete, TimeSpan? OldestAge, bool IsAgeComplete, int? Hottest, double? HotRatio, TimeSpan? Retention);

/// <summary>A broker.</summary>
/// <param name="Id">Its <c>node.id</c>.</param>
/// <param name="IsRunning">Whether it is registered and takes connections.</param>
/// <param name="Status">Its status in a word.</param>
public sealed record BrokerSignal(int Id, bool IsRunning, string Status);

/// <summary>The partitions of a topic that lack something.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Offline">Partitions without a leader.</param>
/// <param name="UnderMinIsr">Partitions below <c>min.insync.replicas</c>; null when that is unknown.</param>
/// <param name="UnderReplicated">Partitions with fewer copies in sync than they should have.</param>
public sealed record ReplicationSignals(string Topic, int Offline, int? UnderMinIsr, int UnderReplicated);
