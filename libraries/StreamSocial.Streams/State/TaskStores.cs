namespace StreamSocial.Streams.State;

/// <summary>All stores of one task: the runtime's own and the processor's.</summary>
internal sealed class TaskStores
{
    /// <summary>Store id of the numbers of incoming edges.</summary>
    public const byte IncomingEdgesId = 1;

    /// <summary>Store id of the numbers of outgoing edges.</summary>
    public const byte OutgoingEdgesId = 2;

    /// <summary>Lowest id that a processor may use.</summary>
    public const byte FirstProcessorId = 16;

    private readonly Dictionary<byte, ITaskStore> _stores = [];

    public TaskStores()
    {
        IncomingEdges = Add(new InMemoryStateStore<string, long>(IncomingEdgesId, "incoming-edges", Codecs.Utf8, Codecs.Int64));
        OutgoingEdges = Add(new InMemoryStateStore<string, long>(OutgoingEdgesId, "outgoing-edges", Codecs.Utf8, Codecs.Int64));
    }

    public IStateStore<string, long> IncomingEdges { get; }

    public IStateStore<string, long> OutgoingEdges { get; }

    /// <summary>Checksum of the whole state as of the last capture or restore.</summary>
    public ulong Checksum => _stores.Values.Aggregate(0UL, (sum, store) => sum + store.Checksum);

    /// <summary>Number of entries in all stores.</summary>
    public long Count => _stores.Values.Sum(store => store.Count);

    /// <summary>Adds a store of the processor.</summary>
    /// <exception cref="ArgumentException">The id belongs to the runtime or is taken.</exception>
    public IStateStore<TKey, TValue> Open<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull
    {
        if (id < FirstProcessorId)
            throw new ArgumentException($"Store '{name}' has id {id}; ids below {FirstProcessorId} belong to the runtime.", nameof(id));
        return Add(new InMemoryStateStore<TKey, TValue>(id, name, keys, values));
    }

    /// <summary>Hands out what changed in any store since the last capture, or all there is.</summary>
    public void Capture(bool whole, IChangeSink sink)
    {
        foreach (var store in _stores.Values)
            store.Capture(whole, sink);
    }

    /// <summary>Applies one changelog entry; its first key byte names the store.</summary>
    /// <exception cref="InvalidDataException">No store of the task has that id.</exception>
    public void Apply(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (key.IsEmpty || !_stores.TryGetValue(key[0], out var store))
            throw new InvalidDataException("The changelog has an entry of a store that this version does not know; was it written by a newer version?");
        store.Apply(key[1..], value);
    }

    private TStore Add<TStore>(TStore store)
        where TStore : ITaskStore
    {
        if (!_stores.TryAdd(store.Id, store))
            throw new ArgumentException($"Stores '{_stores[store.Id].Name}' and '{store.Name}' have the same id {store.Id}.");
        return store;
    }
}
