using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace StreamSocial.Streams.State;

/// <summary>Converts keys or values of a store to bytes and back. Equal values give equal bytes in every process and version.</summary>
public interface ICodec<T>
{
    /// <summary>Appends the bytes of <paramref name="value"/>.</summary>
    void Write(T value, IBufferWriter<byte> output);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">This codec did not write the bytes.</exception>
    T Read(ReadOnlySpan<byte> input);

    /// <summary>Checks bytes that come from outside, once. A codec whose <see cref="Read"/> puts something off until it is needed does it here.</summary>
    /// <exception cref="InvalidDataException">This codec did not write the bytes.</exception>
    void Check(ReadOnlySpan<byte> input) => _ = Read(input);
}

/// <summary>
/// A codec of values that are read for nearly every record. A store may read the next one into the object of the last, so what <see cref="IStateStore{TKey,TValue}.TryGet"/>
/// returned is not used after the store's next one.
/// </summary>
public interface IReusingCodec<T> : ICodec<T>
{
    /// <summary>Reads as <see cref="ICodec{T}.Read"/> does, into an object in place of all that it held.</summary>
    /// <exception cref="InvalidDataException">This codec did not write the bytes; what the object holds then is undefined.</exception>
    void ReadInto(T value, ReadOnlySpan<byte> input);
}

/// <summary>Codecs of plain types.</summary>
public static class Codecs
{
    /// <summary>UTF-8.</summary>
    public static ICodec<string> Utf8 { get; } = new Utf8Codec();

    /// <summary>8 bytes, big-endian.</summary>
    public static ICodec<long> Int64 { get; } = new Int64Codec();

    private sealed class Utf8Codec : ICodec<string>
    {
        public void Write(string value, IBufferWriter<byte> output) => output.Advance(Encoding.UTF8.GetBytes(value, output.GetSpan(Encoding.UTF8.GetMaxByteCount(value.Length))));

        public string Read(ReadOnlySpan<byte> input) => Encoding.UTF8.GetString(input);
    }

    private sealed class Int64Codec : ICodec<long>
    {
        public void Write(long value, IBufferWriter<byte> output)
        {
            BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
            output.Advance(sizeof(long));
        }

        public long Read(ReadOnlySpan<byte> input) => input.Length == sizeof(long)
            ? BinaryPrimitives.ReadInt64BigEndian(input)
            : throw new InvalidDataException($"A 64-bit number has {sizeof(long)} bytes, these are {input.Length}.");
    }
}
