using System.Buffers.Binary;

namespace StreamSocial.Topics;

/// <summary>Kafka's variant of MurmurHash2 (32 bits, by Austin Appleby, public domain), so that every Kafka client agrees on a key's partition.</summary>
public static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;
    private const int Shift = 24;

    /// <summary>Hashes a key as Kafka's Java client does; may be negative.</summary>
    public static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = Seed ^ (uint)key.Length;
        var rest = key;
        for (; rest.Length >= 4; rest = rest[4..])
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(rest) * Multiplier;
            word = (word ^ (word >> Shift)) * Multiplier;
            hash = (hash * Multiplier) ^ word;
        }

        if (rest.Length > 0)
        {
            for (var i = rest.Length - 1; i >= 0; i--)
                hash ^= (uint)rest[i] << (8 * i);
            hash *= Multiplier;
        }

        hash = (hash ^ (hash >> 13)) * Multiplier;
        return (int)(hash ^ (hash >> 15));
    }
}
