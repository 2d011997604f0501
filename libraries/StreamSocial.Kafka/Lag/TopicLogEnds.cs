using System.Collections.Immutable;

namespace StreamSocial.Kafka.Lag;

/// <summary>Where the partitions of a topic end.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="NextOffsets">By partition: the offset that the next record will get; null when it could not be read.</param>
public sealed record TopicLogEnds(string Topic, ImmutableArray<long?> NextOffsets)
{
    /// <summary>A topic of which nothing could be read.</summary>
    public static TopicLogEnds Unknown(string topic, int partitions) => new(topic, [.. new long?[partitions]]);

    /// <summary>Whether every partition's end is known.</summary>
    public bool IsComplete => NextOffsets.All(offset => offset is not null);
}
