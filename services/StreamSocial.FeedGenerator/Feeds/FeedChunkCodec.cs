using System.Buffers;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Entries in their order; times as differences to the entry before.</summary>
internal sealed class FeedChunkCodec : ICodec<FeedChunk>
{
    private const byte FormatVersion = 2;

    public void Write(FeedChunk value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Entries.Count);
        long before = 0;
        foreach (var (item, arrival, pullNumber) in value.Entries)
        {
            writer.Signed(unchecked(item.OccurredAt - before));
            before = item.OccurredAt;
            writer.Unsigned((ulong)arrival);
            writer.Count(pullNumber);
            writer.Byte((byte)item.Type);
            writer.String(item.ActionId);
            writer.String(item.AuthorId);
            writer.String(item.ContentId);
            writer.String(item.Text);
        }
    }

    public FeedChunk Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "feed chunk");
        reader.Version(FormatVersion);
        var count = reader.Count();
        var entries = new List<FeedEntry>(count);
        long before = 0;
        for (var i = 0; i < count; i++)
        {
            before = unchecked(before + reader.Signed());
            var arrival = reader.Int64();
            var pullNumber = reader.Int32();
            var type = (FeedEntryType)reader.Byte();
            var item = new FeedItem(reader.String(), type, reader.String(), reader.String(), reader.String(), before);
            if (arrival == 0)
                throw reader.Invalid("an arrival number is 0");
            if (i > 0 && entries[i - 1].Item.Position.CompareTo(item.Position) >= 0)
                throw reader.Invalid("its entries are not in order");
            entries.Add(new(item, arrival, pullNumber));
        }

        reader.End();
        return new(entries);
    }
}
