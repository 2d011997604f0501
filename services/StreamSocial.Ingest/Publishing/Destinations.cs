using System.Collections.Immutable;
using Confluent.Kafka;
using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.Kafka.Limits;
using StreamSocial.Topics;

namespace StreamSocial.Ingest.Publishing;

/// <summary>The topics that ingest writes and the partitions of keys in them.</summary>
internal sealed class Destinations(TopicCatalog catalog, RecordLimits limits, IOptions<IngestOptions> options)
{
    private static readonly ImmutableArray<string> Written = [TopicNames.UserActions, TopicNames.ContentInteractions];

    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromHours(6);

    /// <summary>The topics.</summary>
    public ImmutableArray<string> Topics => Written;

    /// <summary>Number of partitions of all topics together.</summary>
    public int TotalPartitions => Topics.Sum(PartitionCountOf);

    /// <summary>
    /// How long an edge source is used. Receivers forget one that has been silent for twice the retention of its topic, and at least a day; so what a partition
    /// that seldom gets anything gets after that must be of a newer one. A quarter of the time leaves room for late records.
    /// </summary>
    public TimeSpan SourceLifetime { get; } = options.Value.SourceLifetime ?? LifetimeFor(catalog);

    /// <summary>Most bytes of key and value of a record, so that what is made of it in any topic of the application fits into a record too.</summary>
    public int MaxRecordBytes => limits.Current.MaxAcceptedBytes;

    /// <summary>Reads from the cluster how large a record may be.</summary>
    /// <exception cref="RecordLimitException">The settings of clients and topics contradict each other.</exception>
    /// <exception cref="KafkaException">The cluster did not answer.</exception>
    public Task ReadLimitsAsync(CancellationToken cancellationToken) => limits.ReadAsync(catalog.Topics, cancellationToken);

    public int PartitionCountOf(string topic) => catalog[topic].Partitions;

    public int PartitionOf(string topic, ReadOnlySpan<byte> key) => KeyPartitioner.PartitionOf(key, PartitionCountOf(topic));

    private static TimeSpan LifetimeFor(TopicCatalog catalog)
    {
        var half = Written.Min(topic => catalog[topic].Retention ?? TimeSpan.MaxValue) / 2;
        return half > ShortestLifetime ? half : ShortestLifetime;
    }
}
