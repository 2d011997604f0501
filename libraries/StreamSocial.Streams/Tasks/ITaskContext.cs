using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tasks;

/// <summary>What a processor is created from: its stage and partition, and the stores that move with the partition.</summary>
public interface ITaskContext
{
    /// <summary>Name of the stage, for example <c>feeds</c>.</summary>
    string Stage { get; }

    /// <summary>The input partition.</summary>
    int Partition { get; }

    /// <summary>Partition count of one of the application's topics.</summary>
    /// <exception cref="KeyNotFoundException">The application has no such topic.</exception>
    int PartitionCountOf(string topic);

    /// <summary>
    /// Most bytes of an entry that is emitted, with its key (<see cref="Emitting.RecordTooLargeException"/>). It may differ between two members
    /// that own the partition one after the other, so what is emitted must not depend on it.
    /// </summary>
    int MaxEntryBytes { get; }

    /// <summary>
    /// Most bytes of an entry of the input if everything that is made of it, with up to 32 KiB more, is to fit into a record.
    /// </summary>
    int MaxAcceptedBytes { get; }

    /// <summary>Opens a store of this task. Call it in the processor's constructor, once for each id.</summary>
    /// <param name="id">Identifies the store in the changelog for ever; 16 to 255 (0 to 15 belong to the runtime).</param>
    /// <param name="name">Name in errors.</param>
    /// <param name="keys">Codec of the keys.</param>
    /// <param name="values">Codec of the values.</param>
    /// <exception cref="ArgumentException">The id belongs to the runtime or to another store of the task.</exception>
    IStateStore<TKey, TValue> OpenStore<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull;
}

internal sealed class TaskContext(string stage, int partition, TaskEnvironment environment, TaskStores stores) : ITaskContext
{
    public string Stage => stage;

    public int Partition => partition;

    public int MaxEntryBytes => environment.Limits.Current.MaxDataBytes;

    public int MaxAcceptedBytes => environment.Limits.Current.MaxAcceptedBytes;

    public int PartitionCountOf(string topic) => environment.Layout.PartitionCountOf(topic);

    public IStateStore<TKey, TValue> OpenStore<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull => stores.Open(id, name, keys, values);
}
