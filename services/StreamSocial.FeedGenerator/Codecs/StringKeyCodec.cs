using System.Buffers;
using System.Text;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>A text key as its UTF-8 bytes. Keys carry no version: another encoding of the same key would be another key.</summary>
internal sealed class StringKeyCodec : ICodec<string>
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static StringKeyCodec Instance { get; } = new();

    public void Write(string value, IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(value, output);

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
