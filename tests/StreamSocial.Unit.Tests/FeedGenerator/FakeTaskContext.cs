using StreamSocial.Events;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Unit.Tests.FeedGenerator;

/// <summary>
/// A task's place and its stores, in memory. The stores keep bytes, so that a change that was not put is lost, as it would be in production.
/// </summary>
internal sealed class FakeTaskContext(string stage, int partition = 0, int partitions = 1) : ITaskContext
{
    private readonly Dictionary<byte, FakeStore> _stores = [];

    public string Stage => stage;

    public int Partition => partition;

    public Dictionary<string, int> PartitionCounts { get; } = new()
    {
        [TopicNames.UserActions] = partitions,
        [TopicNames.ContentInteractions] = partitions,
        [TopicNames.FeedUpdates] = partitions,
        [TopicNames.PullPosts] = partitions,
    };

    /// <summary>Bytes put since the counter was last set to 0.</summary>
    public long BytesPut { get; set; }

    /// <summary>The whole state, in a form that can be compared.</summary>
    public string[] Dump() =>
        [.. _stores.SelectMany(store => store.Value.Bytes.Select(entry => $"{store.Key}/{entry.Key}={Convert.ToHexString(entry.Value)}")).Order(StringComparer.Ordinal)];

    /// <summary>A context whose stores hold what this one's hold, as after a restore.</summary>
    public FakeTaskContext Restored()
    {
        var restored = new FakeTaskContext(stage, partition, partitions);
        foreach (var (topic, count) in PartitionCounts)
            restored.PartitionCounts[topic] = count;
        foreach (var (id, store) in _stores)
            restored._stores[id] = new(new(store.Bytes));
        return restored;
    }

    public int PartitionCountOf(string topic) => PartitionCounts[topic];

    public IStateStore<TKey, TValue> OpenStore<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull
    {
        Assert.InRange(id, 16, 255);
        if (!_stores.TryGetValue(id, out var store))
            _stores[id] = store = new([]);
        Assert.False(store.IsOpen, $"Store {id} is opened twice.");
        store.IsOpen = true;
        return new FakeStateStore<TKey, TValue>(this, store.Bytes, keys, values);
    }

    private sealed class FakeStore(Dictionary<string, byte[]> bytes)
    {
        public Dictionary<string, byte[]> Bytes { get; } = bytes;

        public bool IsOpen { get; set; }
    }
}
