using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>Reduces ids of any length to 16 bytes.</summary>
/// <remarks>The first half of its SHA-256. Clients choose their ids, so a hash with known collisions would let one client suppress another's entry.</remarks>
internal static class IdFingerprint
{
    private const int StackBytes = 512;

    /// <summary>The fingerprint of an id that its user has chosen, independently of other users.</summary>
    public static UInt128 Of(string userId, string id) => Of($"{userId}\0{id}");

    public static UInt128 Of(string id)
    {
        var max = Encoding.UTF8.GetMaxByteCount(id.Length);
        Span<byte> utf8 = max <= StackBytes ? stackalloc byte[StackBytes] : new byte[max];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(id, utf8)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
