using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>Writes the primitives of stored values. Each value has exactly one encoding.</summary>
/// <remarks>
/// It takes room for many primitives at once, since asking the output for each of them took more time than writing it. So until it is disposed its bytes are not
/// in the output, and nothing else may write there. It must not be copied.
/// </remarks>
internal ref struct StateWriter(IBufferWriter<byte> output)
{
    private const int MaxVarintBytes = 10;

    private Span<byte> _room = output.GetSpan();
    private int _written;

    /// <summary>Bytes that <see cref="Unsigned"/> takes.</summary>
    public static int SizeOf(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        _written++;
    }

    /// <summary>Writes seven bits per byte, least significant first.</summary>
    public void Unsigned(ulong value)
    {
        var room = Room(MaxVarintBytes);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            room[length++] = (byte)(value | 0x80);
        room[length++] = (byte)value;
        _written += length;
    }

    /// <summary>Writes zigzag encoding, which keeps small negative numbers short.</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Count(int value) => Unsigned((ulong)value);

    /// <summary>Writes eight bytes, least significant first.</summary>
    public void Fixed64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value);
        _written += sizeof(long);
    }

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        _written += sizeof(double);
    }

    /// <summary>A count, then 16 bytes for each.</summary>
    public void Fixed128s(IReadOnlyCollection<UInt128> values)
    {
        Count(values.Count);
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt128BigEndian(Room(16), value);
            _written += 16;
        }
    }

    /// <summary>Writes bytes as they are; whoever reads them knows their number.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        _written += value.Length;
    }

    public void String(string value)
    {
        // Most are ids, whose length takes one byte.
        const int ShortChars = 0x7F / 3;
        if (value.Length <= ShortChars)
        {
            var room = Room(0x80);
            room[0] = (byte)Encoding.UTF8.GetBytes(value, room[1..]);
            _written += room[0] + 1;
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Count(length);
        Encoding.UTF8.GetBytes(value, Room(length));
        _written += length;
    }

    public void Dispose()
    {
        output.Advance(_written);
        _room = [];
        _written = 0;
    }

    private Span<byte> Room(int bytes)
    {
        if (_room.Length - _written < bytes)
            TakeRoom(bytes);
        return _room[_written..];
    }

    private void TakeRoom(int bytes)
    {
        output.Advance(_written);
        _room = output.GetSpan(bytes);
        _written = 0;
    }
}

/// <summary>A buffer of the current thread for a part of a value; valid until the next one is taken.</summary>
internal static class ScratchBuffer
{
    /// <summary>A larger buffer is not kept.</summary>
    private const int KeptBytes = 1024 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Takes the buffer, empty.</summary>
    public static ArrayBufferWriter<byte> Take()
    {
        if (_buffer is null || _buffer.Capacity > KeptBytes)
            _buffer = new();
        _buffer.ResetWrittenCount();
        return _buffer;
    }
}
