using System.IO.Hashing;
using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.State;

/// <summary>A store of one task as checkpoint and restore see it: bytes and changes.</summary>
internal interface ITaskStore
{
    /// <summary>First byte of its keys in the changelog.</summary>
    byte Id { get; }

    string Name { get; }

    long Count { get; }

    /// <summary>Number of calls that changed an entry.</summary>
    long Changes { get; }

    /// <summary>Sum of the hashes of the entries as of the last <see cref="Capture"/> or <see cref="Apply"/>.</summary>
    ulong Checksum { get; }

    /// <summary>Bytes of keys and values as of the last <see cref="Capture"/> or <see cref="Apply"/>.</summary>
    long Bytes { get; }

    /// <summary>Passes the entries that changed since the last capture, or all, to the sink; afterwards they count as unchanged.</summary>
    void Capture(bool whole, IChangeSink sink);

    /// <summary>Applies a change read from the changelog; an absent value removes.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of this store's codecs.</exception>
    void Apply(ReadOnlySpan<byte> key, byte[]? value);

    /// <summary>Removes everything without recording changes, and releases its resources.</summary>
    void Clear();
}

/// <summary>A store whose entries outlive the process.</summary>
internal interface IPersistentStore : ITaskStore
{
    /// <summary>Where its entries are, and what they sum up to; null when something changed since the last capture.</summary>
    KeptStore? Describe();
}

/// <summary>Creates the stores of tasks, and so decides where their entries are kept.</summary>
internal interface IStoreFactory
{
    /// <summary>What an earlier run left of stores that nobody has asked for yet.</summary>
    IEnumerable<KeptStore> Unclaimed => [];

    /// <summary>Creates a store, empty unless the factory holds what an earlier run left of it, which is also an <see cref="ITaskStore"/>.</summary>
    IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull;

    /// <summary>Gives up what it holds for stores that nobody has asked for; it only creates empty ones from then on.</summary>
    void Forget()
    {
    }
}

/// <summary>Receives the changes of a capture.</summary>
internal interface IChangeSink
{
    /// <summary>Takes one change.</summary>
    /// <param name="store">The store's id.</param>
    /// <param name="key">Key bytes; copy them.</param>
    /// <param name="value">Value bytes; copy them. Not used when removed.</param>
    /// <param name="removed">Whether the entry was removed.</param>
    void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed);
}

/// <summary>
/// The checksum of a task's state: the sum modulo 2^64 of a hash of each entry. It does not depend on the order of the entries,
/// and a changed entry changes it by the difference of its two hashes, so the cost depends on the changes and not on the size of the state.
/// </summary>
/// <remarks>
/// The value stands in commit records and is part of their format: another hash needs another <see cref="Checkpoints.ChangelogKeys.Version"/>.
/// It protects against damage and mistakes, not against a forged state.
/// </remarks>
internal static class StateChecksum
{
    /// <summary>XxHash3 of the value, seeded with XxHash3 of the key, which is seeded with the store's id.</summary>
    /// <remarks>With the key's hash as seed, no buffer is needed that holds key and value, and the boundary between them counts.</remarks>
    public static ulong OfEntry(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        XxHash3.HashToUInt64(value, (long)XxHash3.HashToUInt64(key, store));
}
