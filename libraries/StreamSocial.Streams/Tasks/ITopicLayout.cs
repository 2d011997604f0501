using StreamSocial.Topics;

namespace StreamSocial.Streams.Tasks;

/// <summary>The partition counts of the topics, and the partition of a key.</summary>
public interface ITopicLayout
{
    /// <summary>Partition count of a topic.</summary>
    /// <exception cref="KeyNotFoundException">No such topic.</exception>
    int PartitionCountOf(string topic);

    /// <summary>Partition of a key by Kafka's default partitioner (murmur2).</summary>
    /// <exception cref="KeyNotFoundException">No such topic.</exception>
    int PartitionOf(string topic, string key);
}

/// <summary>The layout of the application's topics.</summary>
internal sealed class CatalogLayout(TopicCatalog catalog) : ITopicLayout
{
    public int PartitionCountOf(string topic) => catalog[topic].Partitions;

    public int PartitionOf(string topic, string key) => KeyPartitioner.PartitionOf(key, PartitionCountOf(topic));
}
