using Confluent.Kafka;
using StreamSocial.Kafka;

namespace StreamSocial.Ingest.Tests;

/// <summary>Reads what is in a topic, from the first record of every partition.</summary>
internal static class TopicReader
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>All records up to the ends that the partitions have now, by partition and offset.</summary>
    public static List<ConsumeResult<byte[], byte[]>> ReadAll(IngestHost host, string topic)
    {
        var settings = new KafkaClientSettings(host.Cluster.BootstrapServers, new KafkaOptions { Embedded = true });
        using var consumer = new ConsumerBuilder<byte[], byte[]>(settings.CreateConsumerConfig("test-reader", "test-reader")).Build();
        var partitions = Enumerable.Range(0, host.Destinations.PartitionCountOf(topic)).Select(partition => new TopicPartition(topic, partition)).ToList();
        var ends = partitions.ToDictionary(partition => partition, partition => consumer.QueryWatermarkOffsets(partition, Timeout).High.Value);
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, 0)));

        var expected = ends.Values.Sum();
        var records = new List<ConsumeResult<byte[], byte[]>>();
        while (records.Count < expected)
        {
            records.Add(consumer.Consume(Timeout)
                ?? throw new TimeoutException($"Reading {topic}: {expected} records expected, {records.Count} read within {Timeout.TotalSeconds} s."));
        }

        return [.. records.OrderBy(record => record.Partition.Value).ThenBy(record => record.Offset.Value)];
    }
}
