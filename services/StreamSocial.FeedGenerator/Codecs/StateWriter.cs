using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>Writes the primitives of stored values. Each value has exactly one encoding.</summary>
internal readonly ref struct StateWriter(IBufferWriter<byte> output)
{
    private const int MaxVarintBytes = 10;

    /// <summary>Bytes that <see cref="Unsigned"/> takes.</summary>
    public static int SizeOf(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>Writes seven bits per byte, least significant first.</summary>
    public void Unsigned(ulong value)
    {
        var span = output.GetSpan(MaxVarintBytes);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>Writes zigzag encoding, which keeps small negative numbers short.</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Count(int value) => Unsigned((ulong)value);

    /// <summary>Writes eight bytes, least significant first.</summary>
    public void Fixed64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(output.GetSpan(sizeof(double)), value);
        output.Advance(sizeof(double));
    }

    /// <summary>A count, then 16 bytes for each.</summary>
    public void Fixed128s(IReadOnlyCollection<UInt128> values)
    {
        Count(values.Count);
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt128BigEndian(output.GetSpan(16), value);
            output.Advance(16);
        }
    }

    public void String(string value)
    {
        // Most are ids, whose length takes one byte.
        const int ShortChars = 0x7F / 3;
        if (value.Length <= ShortChars)
        {
            var span = output.GetSpan(0x80);
            span[0] = (byte)Encoding.UTF8.GetBytes(value, span[1..]);
            output.Advance(span[0] + 1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Count(length);
        output.Advance(Encoding.UTF8.GetBytes(value, output.GetSpan(length)));
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
