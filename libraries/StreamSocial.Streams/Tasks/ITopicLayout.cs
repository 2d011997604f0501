using StreamSocial.Topics;

namespace StreamSocial.Streams.Tasks;

/// <summary>How many partitions the topics have and where a key goes.</summary>
public interface ITopicLayout
{
    /// <exception cref="KeyNotFoundException">No such topic.</exception>
    int PartitionCountOf(string topic);

    /// <summary>Partition of a key by Kafka's default partitioner (murmur2).</summary>
    /// <exception cref="KeyNotFoundException">No such topic.</exception>
    int PartitionOf(string topic, string key);
}

/// <summary>The layout that the application's topics have.</summary>
internal sealed class CatalogLayout(TopicCatalog catalog) : ITopicLayout
{
    public int PartitionCountOf(string topic) => catalog[topic].Partitions;

    public int PartitionOf(string topic, string key) => KeyPartitioner.PartitionOf(key, PartitionCountOf(topic));
}
