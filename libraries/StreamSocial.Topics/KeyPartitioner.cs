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
        // Masked, not Math.Abs: that is what the Java client does, and the two differ for negative hashes.
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
