using Google.Protobuf;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.State.Memory;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.State;

/// <summary>All stores of one task: the runtime's own and the processor's.</summary>
/// <remarks>Retained stores outlive their task: the next task of the partition opens them again.</remarks>
internal sealed class TaskStores
{
    /// <summary>Store id of the numbers of incoming edges.</summary>
    public const byte IncomingEdgesId = 1;

    /// <summary>Store id of the numbers of outgoing edges.</summary>
    public const byte OutgoingEdgesId = 2;

    /// <summary>Store id of the verdicts on entries.</summary>
    public const byte VerdictsId = 3;

    /// <summary>Store id of the times at which sources outside the runtime were heard.</summary>
    public const byte SourcesHeardId = 4;

    /// <summary>Lowest id that a processor may use.</summary>
    public const byte FirstProcessorId = 16;

    private readonly Dictionary<byte, ITaskStore> _stores = [];
    private readonly IStoreFactory _factory;
    private readonly HashSet<byte> _reopenable = [];

    /// <param name="factory">Creates the processor's stores. The runtime's own are small and always in memory.</param>
    public TaskStores(IStoreFactory factory)
    {
        _factory = factory;
        IncomingEdges = Add(InMemoryStores.Instance.Create(IncomingEdgesId, "incoming-edges", Codecs.Utf8, Codecs.Int64));
        SourcesHeard = Add(InMemoryStores.Instance.Create(SourcesHeardId, "sources-heard", Codecs.Utf8, Codecs.Int64));
        OutgoingEdges = Add(InMemoryStores.Instance.Create(OutgoingEdgesId, "outgoing-edges", Codecs.Utf8, Codecs.Int64));
        Verdicts = Add(InMemoryStores.Instance.Create(VerdictsId, "verdicts", Codecs.Utf8, EntryFailureCodec.Instance));
    }

    /// <summary>Held while the stores change or are read.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The entries whose values lie in the changelog in parts.</summary>
    public PartedEntries Parted { get; } = new();

    public IStateStore<string, long> IncomingEdges { get; }

    public IStateStore<string, long> SourcesHeard { get; }

    public IStateStore<string, long> OutgoingEdges { get; }

    /// <summary>The verdicts on entries, by the offset of their record and their place in it.</summary>
    public IStateStore<string, EntryFailure> Verdicts { get; }

    /// <summary>Checksum of the whole state as of the last capture or restore.</summary>
    public ulong Checksum => _stores.Values.Aggregate(0UL, (sum, store) => sum + store.Checksum);

    /// <summary>Rises with each change of an entry, until the task is gone.</summary>
    public long Changes
    {
        get
        {
            var changes = 0L;
            foreach (var store in _stores.Values)
                changes += store.Changes;
            return changes;
        }
    }

    /// <summary>Number of entries in all stores.</summary>
    public long Count => _stores.Values.Sum(store => store.Count);

    /// <summary>Bytes of keys and values in all stores as of the last capture or restore.</summary>
    public long Bytes => _stores.Values.Sum(store => store.Bytes);

    /// <summary>The part of <see cref="Bytes"/> that takes memory.</summary>
    public long BytesInMemory => _stores.Values.Where(store => store is not IPersistentStore).Sum(store => store.Bytes);

    /// <summary>Name, entries and bytes of each store, as of the last capture or restore.</summary>
    public IEnumerable<(string Name, long Entries, long Bytes)> Sizes => _stores.Values.Select(store => (store.Name, store.Count, store.Bytes));

    /// <summary>Adds a store of the processor.</summary>
    /// <exception cref="ArgumentException">The id belongs to the runtime or is taken.</exception>
    public IStateStore<TKey, TValue> Open<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull
    {
        if (id < FirstProcessorId)
            throw new ArgumentException($"Store '{name}' has id {id}; ids below {FirstProcessorId} belong to the runtime.", nameof(id));
        return _reopenable.Remove(id) ? (IStateStore<TKey, TValue>)_stores[id] : Add(_factory.Create(id, name, keys, values));
    }

    /// <summary>Lets the next task of the partition open the stores with their content.</summary>
    public void Reopen() => _reopenable.UnionWith(_stores.Keys.Where(id => id >= FirstProcessorId));

    /// <summary>Removes everything and releases the resources of the stores.</summary>
    public void Clear()
    {
        lock (Gate)
        {
            foreach (var store in _stores.Values)
                store.Clear();
            _factory.Forget();
            Parted.Clear();
        }
    }

    /// <summary>Describes what is on disk and copies what is in memory, so that a later run of the member can open the stores again.</summary>
    /// <returns>Whether that can be: all stores of the processor are on disk, and nothing has changed since the last capture.</returns>
    public bool TryKeep(KeptState kept)
    {
        lock (Gate)
        {
            foreach (var store in _stores.Values)
            {
                if ((store as IPersistentStore)?.Describe() is { } described)
                    kept.Stores.Add(described);
                else if (store.Id < FirstProcessorId)
                    store.Capture(whole: true, new KeptEntries(kept));
                else
                    return false;
            }
            // Of a task that did not come back in this run.
            kept.Stores.Add(_factory.Unclaimed);
            kept.Parted.Add(Parted.All.Select(entry => new KeptParts { Key = ByteString.CopyFrom(entry.Key), Parts = entry.Value }));
            return true;
        }
    }

    /// <summary>Takes what <see cref="TryKeep"/> copied; the factory opens the rest.</summary>
    /// <exception cref="InvalidDataException">An entry is not of its store's codec.</exception>
    public void TakeKept(KeptState kept)
    {
        foreach (var entry in kept.Entries)
            Apply(entry.Key.Span, entry.Value.ToByteArray());
        foreach (var entry in kept.Parted)
            Parted.Set(entry.Key.ToByteArray(), entry.Parts);
    }

    /// <summary>Passes the entries of all stores that changed since the last capture, or all, to the sink.</summary>
    public void Capture(bool whole, IChangeSink sink)
    {
        foreach (var store in _stores.Values)
            store.Capture(whole, sink);
    }

    /// <summary>Applies one changelog entry; its first key byte names the store.</summary>
    /// <exception cref="InvalidDataException">No store of the task has that id, and it is no removal.</exception>
    public void Apply(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (key.IsEmpty || !_stores.TryGetValue(key[0], out var store))
        {
            // Of a state that was dropped because of such entries.
            if (value is null)
                return;
            throw new InvalidDataException("The changelog has an entry of a store that this version does not know; was it written by a newer version?");
        }
        store.Apply(key[1..], value);
    }

    private IStateStore<TKey, TValue> Add<TKey, TValue>(IStateStore<TKey, TValue> added)
        where TKey : notnull
    {
        var store = (ITaskStore)added;
        if (!_stores.TryAdd(store.Id, store))
            throw new ArgumentException($"Stores '{_stores[store.Id].Name}' and '{store.Name}' have the same id {store.Id}.");
        return added;
    }

    /// <summary>Copies the entries of stores in memory.</summary>
    private sealed class KeptEntries(KeptState kept) : IChangeSink
    {
        public void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed)
        {
            if (!removed)
                kept.Entries.Add(new KeptEntry { Key = ByteString.CopyFrom([store, .. key]), Value = ByteString.CopyFrom(value) });
        }
    }
}
