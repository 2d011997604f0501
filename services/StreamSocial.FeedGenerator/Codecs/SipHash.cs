using System.Buffers.Binary;
using System.Numerics;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>SipHash-2-4, a fast hash of short inputs: who does not know the key cannot choose inputs that lie together.</summary>
/// <remarks>J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012.</remarks>
internal static class SipHash
{
    public static ulong Of(ReadOnlySpan<byte> input, ulong key0, ulong key1)
    {
        var v0 = key0 ^ 0x736F6D6570736575;
        var v1 = key1 ^ 0x646F72616E646F6D;
        var v2 = key0 ^ 0x6C7967656E657261;
        var v3 = key1 ^ 0x7465646279746573;
        var last = (ulong)input.Length << 56;
        for (; input.Length >= sizeof(ulong); input = input[sizeof(ulong)..])
            Add(BinaryPrimitives.ReadUInt64LittleEndian(input), ref v0, ref v1, ref v2, ref v3);
        for (var i = 0; i < input.Length; i++)
            last |= (ulong)input[i] << (8 * i);
        Add(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xFF;
        for (var i = 0; i < 4; i++)
            Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Add(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
