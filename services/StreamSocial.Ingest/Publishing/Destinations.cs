using System.Collections.Immutable;
using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Kafka.Limits;
using StreamSocial.Topics;

namespace StreamSocial.Ingest.Publishing;

/// <summary>The topics that ingest writes and the partitions of keys in them.</summary>
internal sealed class Destinations(TopicCatalog catalog, RecordLimits limits)
{
    /// <summary>The topics.</summary>
    public ImmutableArray<string> Topics { get; } = [TopicNames.UserActions, TopicNames.ContentInteractions];

    /// <summary>Number of partitions of all topics together.</summary>
    public int TotalPartitions => Topics.Sum(PartitionCountOf);

    /// <summary>Most bytes of key and value of a record, so that what is made of it in any topic of the application fits into a record too.</summary>
    public int MaxRecordBytes => limits.Current.MaxAcceptedBytes;

    /// <summary>Reads from the cluster how large a record may be.</summary>
    /// <exception cref="RecordLimitException">The settings of clients and topics contradict each other.</exception>
    /// <exception cref="KafkaException">The cluster did not answer.</exception>
    public Task ReadLimitsAsync(CancellationToken cancellationToken) => limits.ReadAsync(catalog.Topics, cancellationToken);

    public int PartitionCountOf(string topic) => catalog[topic].Partitions;

    public int PartitionOf(string topic, ReadOnlySpan<byte> key) => KeyPartitioner.PartitionOf(key, PartitionCountOf(topic));
}
