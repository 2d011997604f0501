using System.Buffers.Binary;
using System.Text;

namespace StreamSocial.Topics;

/// <summary>The partition of a key: Kafka's default, <c>(murmur2(key) &amp; 0x7fffffff) mod partitions</c>.</summary>
public static class KeyPartitioner
{
    private const int StackBytes = 256;

    /// <summary>The partition of a key, 0 to <paramref name="partitions"/> − 1.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(partitions);
        // Masked as in the Java client; Math.Abs would differ for negative hashes.
        return (Murmur2.Hash(key) & int.MaxValue) % partitions;
    }

    /// <summary>The partition of a key that is written as UTF-8.</summary>
    public static int PartitionOf(string key, int partitions)
    {
        var size = Encoding.UTF8.GetMaxByteCount(key.Length);
        var bytes = size <= StackBytes ? stackalloc byte[StackBytes] : new byte[size];
        return PartitionOf(bytes[..Encoding.UTF8.GetBytes(key, bytes)], partitions);
    }
}

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
