using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Pulling;

internal sealed class PulledAuthorCodec : ICodec<PulledAuthor>
{
    private const byte FormatVersion = 1;

    public void Write(PulledAuthor value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.First);
        writer.Count(value.Last);
        writer.Signed(value.LastOccurredAt);
    }

    public PulledAuthor Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "pulled author");
        reader.Version(FormatVersion);
        var value = new PulledAuthor(reader.Int32(), reader.Int32(), reader.Signed());
        reader.End();
        if (value.First < 1 || value.Count < 0)
            throw reader.Invalid($"it keeps actions {value.First} to {value.Last}");
        return value;
    }
}
