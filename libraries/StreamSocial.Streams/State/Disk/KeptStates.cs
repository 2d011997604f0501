using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.State.Disk;

/// <summary>
/// What a member says in its database, when it ends, about the states that it leaves there. It lies in range 0, which no store has: whose states they are, then each
/// of them.
/// </summary>
/// <remarks>
/// The database has no write-ahead log, but what was written first is on disk first. So the owner's record, which is written last, proves that everything is there;
/// and since it is removed before anything else is written, a run that crashes leaves either the states as they were or nothing that anybody believes.
/// </remarks>
internal sealed class KeptStates(DiskDatabase database)
{
    /// <summary>Format of the messages and of the entries on disk.</summary>
    private const int Version = 1;

    private const long Range = 0;

    private static readonly byte[] OwnerKey = DiskSpace.PrefixOf(Range);

    /// <summary>Whose states the database has; null when it has none, or of a version that this one does not know.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public KeptOwner? Owner => TryParse(KeptOwner.Parser, database.Get(OwnerKey), out var owner) && owner.Version == Version ? owner : null;

    /// <summary>Writes the states, and then whose they are.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Write(IEnumerable<KeptState> states, string owner, long lastRange)
    {
        Clear();
        foreach (var (number, state) in states.Index())
            database.Put([.. OwnerKey, .. DiskSpace.PrefixOf(number)], state.ToByteArray());
        database.Put(OwnerKey, new KeptOwner { Version = Version, Owner = owner, LastRange = lastRange }.ToByteArray());
    }

    /// <summary>Reads the states, and removes what <see cref="Write"/> wrote.</summary>
    /// <exception cref="IOException">They cannot be read, or not be removed.</exception>
    public IReadOnlyList<KeptState> Take()
    {
        List<byte[]> written = [.. database.ReadRange([.. OwnerKey, 0], DiskSpace.PrefixOf(Range + 1)).Select(entry => entry.Value)];
        // Also if they cannot be read: what this run writes is not what the owner's record speaks of.
        Clear();
        return [.. written.Select(value => TryParse(KeptState.Parser, value, out var state) ? state : throw new IOException("A state that was left in the disk store cannot be read."))];
    }

    private void Clear() => database.DeleteRange(OwnerKey, DiskSpace.PrefixOf(Range + 1));

    private static bool TryParse<T>(MessageParser<T> parser, byte[]? bytes, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        try
        {
            message = bytes is null ? null : parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
        }
        return message is not null;
    }
}

/// <summary>Opens the stores of one task where an earlier run of the member left them.</summary>
internal sealed class KeptStoreFactory(DiskSpace space, IEnumerable<KeptStore> stores) : IStoreFactory
{
    private readonly Dictionary<uint, KeptStore> _stores = stores.ToDictionary(store => store.Id);

    public IEnumerable<KeptStore> Unclaimed => _stores.Values;

    public IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull => _stores.Remove(id, out var kept) ? space.Open(name, keys, values, kept) : space.Create(id, name, keys, values);

    public void Forget()
    {
        foreach (var store in _stores.Values.Where(store => store.Range > 0))
            space.RemoveRange(store.Range);
        _stores.Clear();
    }
}
