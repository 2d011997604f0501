using StreamSocial.Events.Keys;
using StreamSocial.Events.Topics;

namespace StreamSocial.Streams.Tasks;

/// <summary>The layout that the topic catalogue says.</summary>
internal sealed class CatalogLayout(TopicCatalog catalog) : ITopicLayout
{
    public int PartitionCountOf(string topic) => catalog[topic].Partitions;

    public int PartitionOf(string topic, string key) => KeyPartitioner.PartitionOf(key, PartitionCountOf(topic));
}
