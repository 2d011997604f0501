using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Engagement;

internal sealed class TrendingContentsCodec : ICodec<TrendingContents>
{
    private const byte FormatVersion = 1;

    public void Write(TrendingContents value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.ContentIds.Count);
        foreach (var contentId in value.ContentIds)
            writer.String(contentId);
    }

    public TrendingContents Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of trending contents");
        reader.Version(FormatVersion);
        var count = reader.Count();
        var contentIds = new List<string>(count);
        for (var i = 0; i < count; i++)
            contentIds.Add(reader.String());
        reader.End();
        return new(contentIds);
    }
}
