namespace StreamSocial.Streams.State;

/// <summary>Makes the stores of tasks: where their entries are kept.</summary>
internal interface IStoreFactory
{
    /// <summary>Makes an empty store; it also is an <see cref="ITaskStore"/>.</summary>
    IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull;
}
