using System.Buffers;
using System.Buffers.Binary;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>The number in four bytes, big-endian, then the owner in UTF-8.</summary>
internal sealed class NumberedKeyCodec : ICodec<NumberedKey>
{
    public static NumberedKeyCodec Instance { get; } = new();

    public void Write(NumberedKey value, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value.Number);
        output.Advance(sizeof(int));
        StringKeyCodec.Instance.Write(value.Owner, output);
    }

    public NumberedKey Read(ReadOnlySpan<byte> input)
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(input, out var number) || number < 0)
            throw new InvalidDataException("The stored key is damaged: it does not start with a number.");
        return new(StringKeyCodec.Instance.Read(input[sizeof(int)..]), number);
    }
}
