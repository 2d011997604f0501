using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace StreamSocial.Topics;

/// <summary>The topics of an application, by name. Immutable.</summary>
public sealed class TopicCatalog
{
    private readonly FrozenDictionary<string, TopicSpec> _byName;

    /// <summary>Makes a catalog of the topics that the application declares.</summary>
    /// <exception cref="ArgumentException">Two topics have the same name, or one has no name or no partition.</exception>
    public TopicCatalog(IEnumerable<TopicSpec> topics)
    {
        Topics = [.. topics];
        foreach (var topic in Topics)
        {
            if (string.IsNullOrWhiteSpace(topic.Name))
                throw new ArgumentException("A topic has no name.", nameof(topics));
            if (topic.Partitions < 1)
                throw new ArgumentException($"Topic '{topic.Name}' has {topic.Partitions} partitions; it needs at least 1.", nameof(topics));
        }
        if (Topics.GroupBy(topic => topic.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Topic '{twice.Key}' is declared {twice.Count()} times.", nameof(topics));
        _byName = Topics.ToFrozenDictionary(topic => topic.Name, StringComparer.Ordinal);
    }

    /// <summary>All topics, in the order in which they were declared.</summary>
    public ImmutableArray<TopicSpec> Topics { get; }

    /// <summary>A topic by its name.</summary>
    /// <exception cref="KeyNotFoundException">The application has not declared such a topic; the message lists those that it has.</exception>
    public TopicSpec this[string name] => _byName.TryGetValue(name, out var topic) ? topic : throw Unknown(name);

    private KeyNotFoundException Unknown(string name) => new(Topics.IsEmpty
        ? $"Topic '{name}' is not declared; the application's catalog is empty."
        : $"Topic '{name}' is not declared; the application's topics are {string.Join(", ", Topics.Select(topic => topic.Name).Order(StringComparer.Ordinal))}.");
}

/// <summary>Specification of a topic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">Number of partitions; part of the contract, because it decides where a key lives.</param>
/// <param name="Cleanup">Which records it removes.</param>
/// <param name="Retention">How long records are kept; null for topics that are only compacted.</param>
/// <param name="Purpose">Its content and key.</param>
public sealed record TopicSpec(string Name, int Partitions, CleanupPolicy Cleanup, TimeSpan? Retention, string Purpose)
{
    /// <summary>Copies of each partition.</summary>
    public int ReplicationFactor { get; init; } = 3;

    /// <summary>Copies that must have a record before it is acknowledged.</summary>
    public int MinInSyncReplicas { get; init; } = 2;

    /// <summary>The same topic with another number of copies; one copy may be missing if there are more than two.</summary>
    public TopicSpec WithReplicationFactor(int copies) => this with { ReplicationFactor = copies, MinInSyncReplicas = copies > 2 ? MinInSyncReplicas : 1 };

    /// <summary>Kafka's <c>segment.bytes</c>, at least 1 MiB; null for the cluster's default. The active segment is not compacted.</summary>
    public int? SegmentBytes { get; init; }

    /// <summary>Whether records have the time at which the broker took them, instead of what their producer's clock says.</summary>
    public bool HasAppendTimes { get; init; }

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
            if (HasAppendTimes)
                configuration["message.timestamp.type"] = "LogAppendTime";
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

    /// <summary>Both: all but the last record of each key, and the last one too if it is older than the retention.</summary>
    CompactAndDelete,
}
