using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tasks;

internal sealed class TaskContext(string stage, int partition, ITopicLayout layout, TaskStores stores) : ITaskContext
{
    public string Stage => stage;

    public int Partition => partition;

    public int PartitionCountOf(string topic) => layout.PartitionCountOf(topic);

    public IStateStore<TKey, TValue> OpenStore<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull => stores.Open(id, name, keys, values);
}
