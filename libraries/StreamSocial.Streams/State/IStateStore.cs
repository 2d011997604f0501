using System.Diagnostics.CodeAnalysis;

namespace StreamSocial.Streams.State;

/// <summary>
/// A keyed store of one task. Checkpoints write its changes to the task's changelog, from which it is restored when the partition moves.
/// </summary>
/// <remarks>
/// A value is written as a whole: after changing an object that <see cref="TryGet"/> returned, call <see cref="Put"/>, or the change is lost. With an
/// <see cref="IReusingCodec{T}"/> the object is used up before the next <see cref="TryGet"/>, which may read into it.
/// A checkpoint writes all bytes of a changed entry, so choose keys such that a small change touches a small value.
/// Not thread-safe; the task owns it.
/// </remarks>
public interface IStateStore<TKey, TValue>
    where TKey : notnull
{
    /// <summary>Number of entries.</summary>
    long Count { get; }

    /// <summary>All entries in no particular order. The store must not change during the enumeration.</summary>
    IEnumerable<KeyValuePair<TKey, TValue>> Entries { get; }

    /// <summary>Finds the value of a key; false when there is none.</summary>
    /// <exception cref="InvalidDataException">The stored bytes are not of the store's codec.</exception>
    bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value);

    /// <summary>Adds an entry or replaces its value.</summary>
    void Put(TKey key, TValue value);

    /// <summary>Removes an entry; false when there was none.</summary>
    bool Remove(TKey key);
}
