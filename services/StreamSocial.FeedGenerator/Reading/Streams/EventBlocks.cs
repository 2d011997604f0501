using System.Buffers;
using System.Text;
using StreamSocial.FeedGenerator.Pulling;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>Cuts a stream that <see cref="EventStreamWriter"/> wrote at the ends of its events.</summary>
internal static class EventBlocks
{
    private static ReadOnlySpan<byte> End => "\n\n"u8;

    private static ReadOnlySpan<byte> IdField => "id: "u8;

    /// <summary>Takes one whole event, with its end, off the front of a buffer; false when none is complete.</summary>
    /// <param name="buffer">What was received; shortened by what is taken.</param>
    /// <param name="block">The event.</param>
    /// <param name="position">Its id, or null when it has none.</param>
    public static bool TryTake(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> block, out StreamPosition? position)
    {
        position = null;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> content, End))
        {
            block = default;
            return false;
        }

        block = buffer.Slice(0, reader.Position);
        buffer = buffer.Slice(reader.Position);
        var lines = new SequenceReader<byte>(content);
        if (lines.IsNext(IdField, advancePast: true))
        {
            if (!lines.TryReadTo(out ReadOnlySequence<byte> id, (byte)'\n'))
                id = lines.UnreadSequence;
            position = StreamEventId.Parse(Encoding.UTF8.GetString(id))
                ?? throw new InvalidDataException("An event of another replica has an id that is no position.");
        }

        return true;
    }
}
