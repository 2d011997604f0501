using System.IO.Hashing;

namespace StreamSocial.Streams.State;

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
