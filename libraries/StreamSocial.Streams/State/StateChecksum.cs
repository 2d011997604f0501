using System.Buffers.Binary;
using System.Security.Cryptography;

namespace StreamSocial.Streams.State;

/// <summary>
/// The checksum of a task's state: the sum modulo 2^64 of a hash of each entry. It does not depend on the order of the entries,
/// and a changed entry changes it by the difference of its two hashes, so it costs what changed and not what there is.
/// </summary>
internal static class StateChecksum
{
    /// <summary>First 8 bytes of SHA-256 over store id, key length, key and value.</summary>
    public static ulong OfEntry(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var length = 1 + sizeof(int) + key.Length + value.Length;
        byte[]? rented = null;
        var buffer = length <= 512 ? stackalloc byte[512] : rented = System.Buffers.ArrayPool<byte>.Shared.Rent(length);
        buffer[0] = store;
        BinaryPrimitives.WriteInt32BigEndian(buffer[1..], key.Length);
        key.CopyTo(buffer[5..]);
        value.CopyTo(buffer[(5 + key.Length)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..length], hash);
        if (rented is not null)
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
