using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>Reads what <see cref="StateWriter"/> wrote.</summary>
/// <remarks>Every method throws <see cref="InvalidDataException"/> for bytes that the writer cannot have written.</remarks>
internal ref struct StateReader(ReadOnlySpan<byte> input, string what)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = input;

    /// <summary>Reads the leading format version and checks that this build can read it.</summary>
    public void Version(byte expected) => Version(expected, expected);

    /// <summary>Reads and returns the leading format version and checks that this build can read it.</summary>
    public byte Version(byte oldest, byte newest)
    {
        var version = Byte();
        if (version < oldest || version > newest)
            throw new InvalidDataException($"The stored {what} has format version {version}; this build reads {(oldest == newest ? $"version {newest}" : $"versions {oldest} to {newest}")}.");
        return version;
    }

    /// <summary>Bytes that were not read.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>Reads all bytes that are left.</summary>
    public ReadOnlySpan<byte> Rest() => Take(_rest.Length);

    public byte Byte() => Take(1)[0];

    public ulong Unsigned()
    {
        // Most numbers are lengths of a few dozen bytes.
        if (_rest.IsEmpty || _rest[0] >= 0x80)
            return LongUnsigned();
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Reads a count of elements of at least one byte each. It cannot exceed the bytes left, so damaged data cannot cause a large allocation.</summary>
    public int Count()
    {
        var value = Unsigned();
        if (value > (ulong)_rest.Length)
            ThrowCount(value);
        return (int)value;
    }

    public int Int32()
    {
        var value = Unsigned();
        return value <= int.MaxValue ? (int)value : throw Invalid($"{value} exceeds 31 bits");
    }

    public long Int64()
    {
        var value = Unsigned();
        return value <= long.MaxValue ? (long)value : throw Invalid($"{value} exceeds 63 bits");
    }

    /// <summary>Reads eight bytes, least significant first.</summary>
    public long Fixed64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public List<UInt128> Fixed128s()
    {
        var count = Count();
        var values = new List<UInt128>(count);
        for (var i = 0; i < count; i++)
            values.Add(BinaryPrimitives.ReadUInt128BigEndian(Take(16)));
        return values;
    }

    /// <summary>Reads a text's bytes.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Count());

    public string String()
    {
        var bytes = Bytes();
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"The stored {what} is damaged: a text is not UTF-8.", exception);
        }
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty)
            throw Invalid($"{_rest.Length} bytes follow its end");
    }

    public readonly InvalidDataException Invalid(string why) => new($"The stored {what} is damaged: {why}.");

    private ulong LongUnsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw Invalid("a number is longer than 64 bits");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_rest.Length < length)
            ThrowShort(length);
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    // Apart, so that the methods that throw are short enough to be inlined.
    [DoesNotReturn]
    private readonly void ThrowShort(int length) => throw Invalid($"{length} bytes expected, {_rest.Length} left");

    [DoesNotReturn]
    private readonly void ThrowCount(ulong count) => throw Invalid($"a count of {count} exceeds the {_rest.Length} bytes left");
}
