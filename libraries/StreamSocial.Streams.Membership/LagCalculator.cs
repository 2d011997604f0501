using System.Collections.Immutable;
using StreamSocial.Kafka.Lag;

namespace StreamSocial.Streams.Membership;

/// <summary>Calculates lag: log end minus position. A pure function.</summary>
public static class LagCalculator
{
    /// <summary>The lag of one topic. A position past the end counts as no lag: the end was read a moment earlier.</summary>
    /// <param name="ends">The log ends, which determine the number of partitions.</param>
    /// <param name="positions">How far the partitions are processed; null or shorter when some are unknown.</param>
    public static TopicLag Calculate(TopicLogEnds ends, PartitionPositions? positions) => new(
        ends.Topic,
        [.. ends.NextOffsets.Select((end, partition) => Lag(end, PositionOf(positions, partition)))]);

    private static long? PositionOf(PartitionPositions? positions, int partition) =>
        positions is not null && partition < positions.NextOffsets.Length ? positions.NextOffsets[partition] : null;

    private static long? Lag(long? end, long? position) => end is { } e && position is { } p ? Math.Max(0, e - p) : null;
}

/// <summary>How far the partitions of a topic have been processed.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="NextOffsets">By partition: first offset not yet processed; null when no member has reported it.</param>
public sealed record PartitionPositions(string Topic, ImmutableArray<long?> NextOffsets);

/// <summary>How far the processing of a topic is behind.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="Records">By partition: records not yet processed; null when the end or the position is unknown.</param>
public sealed record TopicLag(string Topic, ImmutableArray<long?> Records)
{
    /// <summary>Partitions whose lag is unknown.</summary>
    public int UnknownPartitions { get; } = Records.Count(records => records is null);

    /// <summary>Sum over the known partitions: a lower bound.</summary>
    public long KnownRecords { get; } = Records.Sum(records => records ?? 0);

    /// <summary>Sum over all partitions; null when one is unknown.</summary>
    public long? TotalRecords => UnknownPartitions == 0 ? KnownRecords : null;
}
