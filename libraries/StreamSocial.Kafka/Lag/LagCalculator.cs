namespace StreamSocial.Kafka.Lag;

/// <summary>Log end minus position. Pure.</summary>
public static class LagCalculator
{
    /// <summary>The lag of one topic. A position past the end is no lag: the end was read a moment earlier.</summary>
    /// <param name="ends">Where the partitions end; decides how many there are.</param>
    /// <param name="positions">How far they are processed; null or shorter when nothing is known of some.</param>
    public static TopicLag Calculate(TopicLogEnds ends, PartitionPositions? positions) => new(
        ends.Topic,
        [.. ends.NextOffsets.Select((end, partition) => Lag(end, PositionOf(positions, partition)))]);

    private static long? PositionOf(PartitionPositions? positions, int partition) =>
        positions is not null && partition < positions.NextOffsets.Length ? positions.NextOffsets[partition] : null;

    private static long? Lag(long? end, long? position) => end is { } e && position is { } p ? Math.Max(0, e - p) : null;
}
