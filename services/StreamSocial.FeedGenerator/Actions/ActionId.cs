using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Identifies an action id in 16 bytes, whatever a client chose as its id.</summary>
/// <remarks>The first half of its SHA-256: clients choose ids, so a hash that can be steered would let one suppress another's action.</remarks>
internal static class ActionId
{
    private const int StackBytes = 256;

    public static UInt128 Fingerprint(string actionId)
    {
        var max = Encoding.UTF8.GetMaxByteCount(actionId.Length);
        Span<byte> utf8 = max <= StackBytes ? stackalloc byte[StackBytes] : new byte[max];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(actionId, utf8)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
