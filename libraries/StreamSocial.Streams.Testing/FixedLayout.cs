using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Testing;

/// <summary>A layout with given partition counts.</summary>
internal sealed class FixedLayout(IReadOnlyDictionary<string, int> partitions) : ITopicLayout
{
    public int PartitionCountOf(string topic) => partitions.TryGetValue(topic, out var count)
        ? count
        : throw new KeyNotFoundException($"No partition count was given for topic '{topic}'.");

    public int PartitionOf(string topic, string key) => KeyPartitioner.PartitionOf(key, PartitionCountOf(topic));
}
