using System.Buffers;

namespace StreamSocial.Streams.State;

/// <summary>Turns keys or values of a store into bytes and back. Equal values give equal bytes, in every process and version.</summary>
public interface ICodec<T>
{
    /// <summary>Appends the bytes of <paramref name="value"/>.</summary>
    void Write(T value, IBufferWriter<byte> output);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of this codec.</exception>
    T Read(ReadOnlySpan<byte> input);
}
