using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Engagement;

internal sealed class ContentCountersCodec : ICodec<ContentCounters>
{
    private const byte FormatVersion = 1;

    public void Write(ContentCounters value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Unsigned((ulong)value.Views);
        writer.Unsigned((ulong)value.Impressions);
        writer.Unsigned((ulong)value.Clicks);
        writer.Unsigned((ulong)value.Likes);
        writer.Unsigned((ulong)value.Comments);
        writer.Unsigned((ulong)value.Shares);
        writer.Signed(value.LastInteractionAt);
        writer.Double(value.Score);
        writer.Byte(value.LastEmittedAt is null ? (byte)0 : (byte)1);
        if (value.LastEmittedAt is { } emitted)
            writer.Signed(emitted);
    }

    public ContentCounters Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "content counters");
        reader.Version(FormatVersion);
        var counters = new ContentCounters
        {
            Views = reader.Int64(),
            Impressions = reader.Int64(),
            Clicks = reader.Int64(),
            Likes = reader.Int64(),
            Comments = reader.Int64(),
            Shares = reader.Int64(),
            LastInteractionAt = reader.Signed(),
            Score = reader.Double(),
            LastEmittedAt = reader.Byte() switch
            {
                0 => null,
                1 => reader.Signed(),
                var other => throw reader.Invalid($"a flag is {other}"),
            },
        };
        reader.End();
        return counters;
    }
}
