using System.Diagnostics.CodeAnalysis;

namespace StreamSocial.Streams.State;

/// <summary>
/// A keyed store of one task. Its changes are written to the task's changelog at checkpoints and come back when the partition moves.
/// </summary>
/// <remarks>
/// A value is whole: after changing an object that <see cref="TryGet"/> returned, <see cref="Put"/> it, or the change is lost.
/// The bytes of a changed entry are what a checkpoint costs, so choose keys such that a small change touches a small value.
/// Not thread-safe; the task owns it.
/// </remarks>
public interface IStateStore<TKey, TValue>
    where TKey : notnull
{
    /// <summary>Number of entries.</summary>
    long Count { get; }

    /// <summary>All entries in no particular order; the store may not change meanwhile.</summary>
    IEnumerable<KeyValuePair<TKey, TValue>> Entries { get; }

    bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value);

    void Put(TKey key, TValue value);

    /// <summary>Removes an entry; false when there was none.</summary>
    bool Remove(TKey key);
}
