using System.Collections.Immutable;
using System.Globalization;

namespace StreamSocial.Topics;

/// <summary>A topic as it should be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">Number of partitions; part of the contract, because it decides where a key lives.</param>
/// <param name="Cleanup">What it forgets.</param>
/// <param name="Retention">How long records stay; null for topics that are only compacted.</param>
/// <param name="Purpose">What is in it, and by which key.</param>
public sealed record TopicSpec(string Name, int Partitions, CleanupPolicy Cleanup, TimeSpan? Retention, string Purpose)
{
    /// <summary>Copies of each partition.</summary>
    public int ReplicationFactor { get; init; } = 3;

    /// <summary>Copies that must have a record before it is acknowledged.</summary>
    public int MinInSyncReplicas { get; init; } = 2;

    /// <summary>The same topic with another number of copies, one of which may be missing when there are more than two.</summary>
    public TopicSpec WithReplicationFactor(int copies) => this with { ReplicationFactor = copies, MinInSyncReplicas = copies > 2 ? MinInSyncReplicas : 1 };

    /// <summary>Kafka's <c>segment.bytes</c>, at least 1 MiB; null for the cluster's own. Compaction leaves the segment alone that is being written.</summary>
    public int? SegmentBytes { get; init; }

    /// <summary>Value of Kafka's <c>cleanup.policy</c>.</summary>
    public string CleanupPolicyValue => Cleanup switch
    {
        CleanupPolicy.Delete => "delete",
        CleanupPolicy.Compact => "compact",
        CleanupPolicy.CompactAndDelete => "compact,delete",
        _ => throw new InvalidOperationException($"Unknown cleanup policy {Cleanup}."),
    };

    /// <summary>Kafka's topic configuration.</summary>
    public ImmutableSortedDictionary<string, string> Configuration
    {
        get
        {
            var configuration = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            configuration["cleanup.policy"] = CleanupPolicyValue;
            configuration["min.insync.replicas"] = MinInSyncReplicas.ToString(CultureInfo.InvariantCulture);
            configuration["unclean.leader.election.enable"] = "false";
            if (Retention is { } retention)
                configuration["retention.ms"] = ((long)retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            if (SegmentBytes is { } bytes)
                configuration["segment.bytes"] = bytes.ToString(CultureInfo.InvariantCulture);
            return configuration.ToImmutable();
        }
    }
}

/// <summary>Which records a topic removes.</summary>
public enum CleanupPolicy
{
    /// <summary>Records older than the retention.</summary>
    Delete,

    /// <summary>All but the last record of each key.</summary>
    Compact,

    /// <summary>Both: all but the last record of each key, and that too when it is older than the retention.</summary>
    CompactAndDelete,
}
