namespace StreamSocial.Streams.State;

/// <summary>Keeps all entries as live objects.</summary>
internal sealed class InMemoryStores : IStoreFactory
{
    public static InMemoryStores Instance { get; } = new();

    public IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull => new InMemoryStateStore<TKey, TValue>(id, name, keys, values);
}
