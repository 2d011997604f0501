using System.Collections.Immutable;
using StreamSocial.Events;
using StreamSocial.Topics;

namespace StreamSocial.Ingest.Publishing;

/// <summary>The topics that ingest writes and the partitions of keys in them.</summary>
internal sealed class Destinations(TopicCatalog catalog)
{
    /// <summary>The topics.</summary>
    public ImmutableArray<string> Topics { get; } = [TopicNames.UserActions, TopicNames.ContentInteractions];

    /// <summary>Number of partitions of all topics together.</summary>
    public int TotalPartitions => Topics.Sum(PartitionCountOf);

    public int PartitionCountOf(string topic) => catalog[topic].Partitions;

    public int PartitionOf(string topic, ReadOnlySpan<byte> key) => KeyPartitioner.PartitionOf(key, PartitionCountOf(topic));
}
