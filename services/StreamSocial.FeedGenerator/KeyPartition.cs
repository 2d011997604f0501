using System.Text;

namespace StreamSocial.FeedGenerator;

/// <summary>The partition of a key, as Kafka's default partitioner computes it.</summary>
internal static class KeyPartition
{
    private const int StackBytes = 256;

    public static int Of(string key, int partitions)
    {
        var max = Encoding.UTF8.GetMaxByteCount(key.Length);
        Span<byte> utf8 = max <= StackBytes ? stackalloc byte[StackBytes] : new byte[max];
        return (int)((Hash(utf8[..Encoding.UTF8.GetBytes(key, utf8)]) & 0x7FFFFFFF) % (uint)partitions);
    }

    private static uint Hash(ReadOnlySpan<byte> data)
    {
        const uint M = 0x5BD1E995;
        var h = 0x9747B28Cu ^ (uint)data.Length;
        for (; data.Length >= 4; data = data[4..])
        {
            var k = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(data) * M;
            k ^= k >> 24;
            h = (h * M) ^ (k * M);
        }

        if (data.Length > 2)
            h ^= (uint)data[2] << 16;
        if (data.Length > 1)
            h ^= (uint)data[1] << 8;
        if (data.Length > 0)
            h = (h ^ data[0]) * M;
        h = (h ^ (h >> 13)) * M;
        return h ^ (h >> 15);
    }
}
