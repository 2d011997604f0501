using StreamSocial.Kafka.Cluster;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>One input topic. The arrays are parallel, by partition, and null when the topic could not be read.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Ends">Log ends.</param>
/// <param name="Lags">Log end minus the owner's position.</param>
/// <param name="Owners">Index of the owner in the snapshot's members; null when no member reports the partition as its own.</param>
/// <param name="RateIn">Records per second appended.</param>
/// <param name="RateOut">Records per second processed.</param>
/// <param name="Lag">Sum of the lags that are known; null when none is.</param>
/// <param name="CommittedLag">The same against the committed positions.</param>
/// <param name="UnknownLags">Partitions whose lag is unknown; null when not even their number is known.</param>
/// <param name="RatesIn">Records per second appended.</param>
/// <param name="RatesOut">Records per second processed.</param>
/// <param name="OldestAgesMs">Age of the oldest record that waits, at least: where the lag is unknown, by the last known position; null when nobody measures it.</param>
/// <param name="OldestAgeMs">The greatest of these that is known; null when none is.</param>
/// <param name="Statuses">How each partition's consumer gets on: unknown, ok, warn, stall, stop or rewind, as Burrow names it.</param>
/// <param name="Causes">Why its records wait: a <see cref="CauseSnapshot.Code"/> of the snapshot.</param>
internal sealed record TopicSnapshot(
    string Name,
    long?[]? Ends,
    long?[]? Lags,
    int?[]? Owners,
    double? RateIn,
    double? RateOut,
    long? Lag,
    long? CommittedLag,
    int? UnknownLags,
    double?[]? RatesIn,
    double?[]? RatesOut,
    long?[]? OldestAgesMs,
    long? OldestAgeMs,
    string[]? Statuses,
    string[]? Causes)
{
    /// <summary>
    /// What is with each partition: offline (nobody leads it), recovering (a copy is behind, or its owner restores the state), active, rebalancing (it is between
    /// owners), unowned (there are no members), or unknown.
    /// </summary>
    public string[]? States { get; init; }

    /// <summary>Partitions whose age is unknown, or only known to be at least so much; null when not even their number is known.</summary>
    public int? UnknownAges { get; init; }

    /// <summary>Partitions whose age is known, and is only the least that it can be; null when the topic could not be read.</summary>
    public int[]? LeastAges { get; init; }

    /// <summary>The same with the states of its partitions.</summary>
    /// <param name="topic">The topic as its members report it.</param>
    /// <param name="copies">The copies of its partitions; null when unknown.</param>
    /// <param name="hasMembers">Whether any member reports; null when unknown.</param>
    public TopicSnapshot WithStates(TopicReading topic, TopicReplication? copies, bool? hasMembers) =>
        topic.Partitions.IsEmpty ? this : this with { States = [.. topic.Partitions.Select((partition, number) => StateOf(partition, number, copies, hasMembers))] };

    private static string StateOf(PartitionReading partition, int number, TopicReplication? copies, bool? hasMembers)
    {
        if (copies is not null && copies.LeaderOf.TryGetValue(number, out var leader) && leader < 0)
            return "offline";
        if (partition.IsRestoring || copies?.Behind.Contains(number) == true)
            return "recovering";
        if (copies is null || hasMembers is null)
            return "unknown";
        return partition.Owner is not null ? "active" : hasMembers == true ? "rebalancing" : "unowned";
    }

    /// <param name="topic">The topic now.</param>
    /// <param name="earlier">The topic at the start of the rate window; null when there is none yet.</param>
    /// <param name="seconds">Length of the rate window; 0 when there is none yet.</param>
    /// <param name="memberIndexes">Index in the snapshot of each member, by id.</param>
    public static TopicSnapshot From(TopicReading topic, TopicReading? earlier, double seconds, IReadOnlyDictionary<string, int> memberIndexes)
    {
        if (topic.Partitions.IsEmpty)
            return new TopicSnapshot(topic.Topic, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

        var partitions = topic.Partitions;
        var lags = partitions.Select(partition => partition.Lag).ToArray();
        var appended = partitions.Select((partition, number) => partition.AppendedSince(earlier?.Find(number))).ToList();
        var processed = partitions.Select((partition, number) => partition.ProcessedSince(earlier?.Find(number))).ToList();
        var committed = partitions.Select(partition => partition.CommittedLag).Where(lag => lag is not null).ToList();
        var ages = partitions.Select(partition => (long?)partition.OldestAge?.TotalMilliseconds).ToArray();
        var unknown = lags.Count(lag => lag is null);
        return new TopicSnapshot(
            topic.Topic,
            [.. partitions.Select(partition => partition.LogEnd)],
            lags,
            [.. partitions.Select(partition => partition.Owner is { } owner ? memberIndexes[owner.MemberId] : (int?)null)],
            // One partition without an answer from its broker leaves the whole rate unknown; a partition that is moving does not.
            appended.Contains(null) ? null : Rate(appended, seconds),
            Rate(processed, seconds),
            unknown == lags.Length ? null : lags.Sum(),
            committed.Count == 0 ? null : committed.Sum(),
            unknown,
            Rates(appended, seconds),
            Rates(processed, seconds),
            ages,
            ages.Max(),
            [.. partitions.Select(partition => CauseSnapshot.CodeOf(partition.Diagnosis.Status))],
            [.. partitions.Select(partition => CauseSnapshot.CodeOf(partition.Diagnosis.Cause))])
        {
            UnknownAges = partitions.Count(partition => partition.OldestAge is null || partition.IsAgeAtLeast),
            LeastAges = [.. partitions.Index().Where(partition => partition.Item is { OldestAge: not null, IsAgeAtLeast: true }).Select(partition => partition.Index)],
        };
    }

    private static double?[] Rates(List<long?> advances, double seconds) =>
        [.. advances.Select(advance => seconds > 0 && advance is { } records ? Math.Round(records / seconds, 1) : (double?)null)];

    private static double? Rate(List<long?> advances, double seconds) =>
        seconds > 0 && advances.Exists(advance => advance is not null) ? advances.Sum() / seconds : null;
}
