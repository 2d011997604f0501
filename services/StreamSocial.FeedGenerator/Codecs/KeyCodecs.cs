using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>Stores a text key as its UTF-8 bytes. Keys have no version, because another encoding of the same key would be another key.</summary>
internal sealed class StringKeyCodec : ICodec<string>
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static StringKeyCodec Instance { get; } = new();

    public void Write(string value, IBufferWriter<byte> output) => output.Advance(Encoding.UTF8.GetBytes(value, output.GetSpan(Encoding.UTF8.GetMaxByteCount(value.Length))));

    public string Read(ReadOnlySpan<byte> input)
    {
        try
        {
            return Strict.GetString(input);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException("The stored key is damaged: it is not UTF-8.", exception);
        }
    }
}

/// <summary>Key of one of an owner's numbered values, such as a bucket of followers or a chunk of a feed.</summary>
internal readonly record struct NumberedKey(string Owner, int Number);

/// <summary>Stores the number in four bytes, big-endian, then the owner in UTF-8.</summary>
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
