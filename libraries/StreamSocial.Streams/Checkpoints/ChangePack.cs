using System.Buffers;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// Several changes of a state in one changelog record: brokers, clients and restores pay for records, and most changes have a few dozen bytes. Each change
/// is the length of its key and of its value as variable-length integers, the latter plus one (0: removed), then the key and the value.
/// </summary>
/// <remarks>
/// Packs are numbered from each full copy on, and the copy after next takes their keys again: so compaction removes a pack only when two copies have followed
/// it, and no restore needs it then.
/// </remarks>
internal static class ChangePack
{
    /// <summary>Bytes at which a pack is complete. A change that would make it larger begins the next.</summary>
    public const int FullBytes = 64 * 1024;

    /// <summary>Most bytes that a change takes.</summary>
    public static int SizeOf(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => (2 * Varint.MaxBytes) + key.Length + value.Length;

    /// <summary>Most bytes that so many changes take. A length of n takes at most 1 + n / 128 bytes.</summary>
    /// <param name="changes">Their number.</param>
    /// <param name="bytes">Bytes of their keys and values.</param>
    public static long MostBytesOf(long changes, long bytes) => bytes + (2 * changes) + ((bytes + changes) / 128);

    /// <summary>Adds a change.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="key">The entry's key.</param>
    /// <param name="value">Its value; empty when it was removed.</param>
    /// <param name="removed">Whether it was removed.</param>
    public static void Write(IBufferWriter<byte> pack, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed)
    {
        WriteLength(pack, key.Length);
        WriteLength(pack, removed ? 0 : value.Length + 1);
        pack.Write(key);
        pack.Write(value);
    }

    /// <summary>Reads the changes in their order.</summary>
    /// <exception cref="InvalidDataException">The bytes are no pack.</exception>
    public static List<(byte[] Key, byte[]? Value)> Read(ReadOnlySpan<byte> pack)
    {
        var changes = new List<(byte[] Key, byte[]? Value)>();
        while (!pack.IsEmpty)
        {
            var keyLength = Varint.ReadLength(ref pack);
            var valueLength = Varint.ReadLength(ref pack) - 1;
            var key = Take(ref pack, keyLength);
            changes.Add((key, valueLength < 0 ? null : Take(ref pack, valueLength)));
        }
        return changes;
    }

    private static byte[] Take(ref ReadOnlySpan<byte> pack, int length)
    {
        if (length > pack.Length)
            throw new InvalidDataException("A change in a pack is longer than the pack.");
        var taken = pack[..length].ToArray();
        pack = pack[length..];
        return taken;
    }

    private static void WriteLength(IBufferWriter<byte> pack, int length) => pack.Advance(Varint.Write(pack.GetSpan(Varint.MaxBytes), (uint)length));
}

/// <summary>Where a checkpoint's packs are numbered from.</summary>
/// <param name="Copies">Number of full copies over the life of the task.</param>
/// <param name="Packs">Number of packs since the last one began.</param>
internal readonly record struct PackNumbers(long Copies, int Packs)
{
    /// <summary>Key of the next pack.</summary>
    public byte[] Key => ChangelogKeys.Pack(Copies, Packs);
}
