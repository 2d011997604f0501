using System.Buffers;
using System.Buffers.Binary;

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
    public const int FullBytes = 128 * 1024;

    private const int MostLengthBytes = 5;

    /// <summary>Most bytes that a change takes.</summary>
    public static int SizeOf(byte[] key, byte[]? value) => (2 * MostLengthBytes) + key.Length + (value?.Length ?? 0);

    /// <summary>Adds a change.</summary>
    public static void Write(IBufferWriter<byte> pack, byte[] key, byte[]? value)
    {
        WriteLength(pack, key.Length);
        WriteLength(pack, value is null ? 0 : value.Length + 1);
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
            var keyLength = ReadLength(ref pack);
            var valueLength = ReadLength(ref pack) - 1;
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

    private static void WriteLength(IBufferWriter<byte> pack, int length)
    {
        var bytes = pack.GetSpan(MostLengthBytes);
        var written = 0;
        for (var rest = (uint)length; ; rest >>= 7)
        {
            bytes[written++] = (byte)(rest > 0x7F ? rest | 0x80 : rest);
            if (rest <= 0x7F)
                break;
        }
        pack.Advance(written);
    }

    private static int ReadLength(ref ReadOnlySpan<byte> pack)
    {
        var length = 0UL;
        for (var index = 0; index < MostLengthBytes && index < pack.Length; index++)
        {
            length |= (ulong)(pack[index] & 0x7F) << (7 * index);
            if ((pack[index] & 0x80) != 0)
                continue;
            pack = pack[(index + 1)..];
            return length <= int.MaxValue ? (int)length : throw new InvalidDataException("A length in a pack of changes is too large.");
        }
        throw new InvalidDataException("A pack of changes ends within a length, or the length is too long.");
    }
}

/// <summary>Where a checkpoint's packs are numbered from.</summary>
/// <param name="Copies">Number of full copies over the life of the task.</param>
/// <param name="Packs">Number of packs since the last one began.</param>
internal readonly record struct PackNumbers(long Copies, int Packs)
{
    /// <summary>Key of the next pack.</summary>
    public byte[] Key
    {
        get
        {
            var key = new byte[3 + sizeof(int)];
            (key[0], key[1], key[2]) = (0, (byte)'b', (byte)(Copies & 1));
            BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(3), Packs);
            return key;
        }
    }

    /// <summary>Whether a changelog record's key is that of a pack.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key) => key is [0, (byte)'b', ..];
}
