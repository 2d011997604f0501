using System.Collections.Immutable;

namespace StreamSocial.Kafka.Lag;

/// <summary>How far the processing of a topic is behind.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="Records">By partition: records not yet processed; null when the end or the position is unknown.</param>
public sealed record TopicLag(string Topic, ImmutableArray<long?> Records)
{
    /// <summary>Partitions of which it is unknown.</summary>
    public int UnknownPartitions { get; } = Records.Count(records => records is null);

    /// <summary>Sum over the known partitions: at least so many.</summary>
    public long KnownRecords { get; } = Records.Sum(records => records ?? 0);

    /// <summary>Sum over all partitions; null when one is unknown.</summary>
    public long? TotalRecords => UnknownPartitions == 0 ? KnownRecords : null;
}
