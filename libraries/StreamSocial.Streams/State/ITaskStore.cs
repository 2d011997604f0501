using System.IO.Hashing;

namespace StreamSocial.Streams.State;

/// <summary>A store of one task as the checkpoint and the restore see it: bytes and changes.</summary>
internal interface ITaskStore
{
    /// <summary>First byte of its keys in the changelog.</summary>
    byte Id { get; }

    string Name { get; }

    long Count { get; }

    /// <summary>Sum of the hashes of the entries as of the last <see cref="Capture"/> or <see cref="Apply"/>.</summary>
    ulong Checksum { get; }

    /// <summary>Bytes of keys and values as of the last <see cref="Capture"/> or <see cref="Apply"/>.</summary>
    long Bytes { get; }

    /// <summary>Hands out the entries that changed since the last capture (or all), after which they count as unchanged.</summary>
    void Capture(bool whole, IChangeSink sink);

    /// <summary>Applies a change read from the changelog; an absent value removes.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of this store's codecs.</exception>
    void Apply(ReadOnlySpan<byte> key, byte[]? value);

    /// <summary>Forgets everything, without changes to capture, and gives back what it used.</summary>
    void Clear();
}

/// <summary>Makes the stores of tasks: where their entries are kept.</summary>
internal interface IStoreFactory
{
    /// <summary>Makes an empty store; it also is an <see cref="ITaskStore"/>.</summary>
    IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull;
}

/// <summary>Takes the changes of a capture.</summary>
internal interface IChangeSink
{
    /// <summary>Takes one change.</summary>
    /// <param name="store">The store's id.</param>
    /// <param name="key">Key bytes; copy them.</param>
    /// <param name="value">Value bytes; copy them. Not used when removed.</param>
    /// <param name="removed">Whether the entry is gone.</param>
    void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed);
}

/// <summary>
/// The checksum of a task's state: the sum modulo 2^64 of a hash of each entry. It does not depend on the order of the entries,
/// and a changed entry changes it by the difference of its two hashes, so it costs what changed and not what there is.
/// </summary>
/// <remarks>
/// The value stands in commit records and is part of their format: another hash needs another <see cref="Checkpoints.ChangelogKeys.Version"/>.
/// It protects against damage and mistakes, not against somebody who forges a state.
/// </remarks>
internal static class StateChecksum
{
    /// <summary>XxHash3 of the value, seeded with XxHash3 of the key, which is seeded with the store's id.</summary>
    /// <remarks>The key's hash as seed ties the value to its key and the key to its end, without a copy of both in one buffer.</remarks>
    public static ulong OfEntry(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        XxHash3.HashToUInt64(value, (long)XxHash3.HashToUInt64(key, store));
}
