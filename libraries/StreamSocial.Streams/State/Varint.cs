namespace StreamSocial.Streams.State;

/// <summary>Protocol Buffers' variable-length integers, in bytes that somebody else allocates.</summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding/#varints</remarks>
internal static class Varint
{
    /// <summary>Most bytes of a value.</summary>
    public const int MaxBytes = 5;

    /// <summary>Writes a value.</summary>
    /// <returns>The bytes that it took.</returns>
    public static int Write(Span<byte> output, uint value)
    {
        var position = 0;
        for (; value >= 0x80; value >>= 7)
            output[position++] = (byte)(value | 0x80);
        output[position++] = (byte)value;
        return position;
    }

    /// <summary>Reads a length, and moves behind it.</summary>
    /// <exception cref="InvalidDataException">The bytes end within it, or it is no length.</exception>
    public static int ReadLength(ref ReadOnlySpan<byte> input) =>
        TryReadLength(ref input, out var length) ? length : throw new InvalidDataException("The bytes end within a length, or it is too large.");

    /// <summary>Reads a length, and moves behind it; false if the bytes end within it, or it is no length.</summary>
    public static bool TryReadLength(ref ReadOnlySpan<byte> input, out int length)
    {
        var value = 0UL;
        for (var index = 0; index < MaxBytes && index < input.Length; index++)
        {
            value |= (ulong)(input[index] & 0x7F) << (7 * index);
            if (input[index] >= 0x80)
                continue;
            input = input[(index + 1)..];
            length = value <= int.MaxValue ? (int)value : -1;
            return length >= 0;
        }

        length = -1;
        return false;
    }
}
