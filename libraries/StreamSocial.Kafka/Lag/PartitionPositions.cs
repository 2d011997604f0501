using System.Collections.Immutable;

namespace StreamSocial.Kafka.Lag;

/// <summary>How far the partitions of a topic have been processed.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="NextOffsets">By partition: first offset not yet processed; null when nobody said so.</param>
public sealed record PartitionPositions(string Topic, ImmutableArray<long?> NextOffsets);
