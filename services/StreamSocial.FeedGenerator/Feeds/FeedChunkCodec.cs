using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Stores a chunk: version, number of entries, time of the last one, and of each entry the number of its bytes and these.</summary>
internal sealed class FeedChunkCodec : ICodec<FeedChunk>
{
    /// <summary>
    /// Up to version 3, entries had no length and their times were differences to the entry before. Version 3 had entries without type, which have been removed;
    /// version 2 had none of these.
    /// </summary>
    private const byte FormatVersion = 4;

    private const byte OldestVersion = 2;

    public void Write(FeedChunk value, IBufferWriter<byte> output)
    {
        using (var writer = new StateWriter(output))
            writer.Byte(FormatVersion);
        WriteBody(value, output);
    }

    /// <summary>Writes a chunk as a part of another value, without a version.</summary>
    public static void WriteBody(FeedChunk value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Count(value.Count);
        writer.Fixed64(value.LastOccurredAt);
        writer.Bytes(value.Bytes);
    }

    public FeedChunk Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, FeedChunk.What);
        if (reader.Version(OldestVersion, FormatVersion) < FormatVersion)
            return new(ReadEarlier(ref reader));
        var chunk = new FeedChunk([]);
        ReadBody(ref reader, chunk);
        return chunk;
    }

    /// <summary>Reads into a chunk what <see cref="WriteBody"/> wrote; it is all that is left.</summary>
    public static void ReadBody(ref StateReader reader, FeedChunk chunk)
    {
        var count = reader.Count();
        if (count == 0)
            throw reader.Invalid("it has no entry");
        var lastOccurredAt = reader.Fixed64();
        chunk.Load(reader.Rest(), count, lastOccurredAt);
    }

    public void Check(ReadOnlySpan<byte> input) => _ = Read(input).Entries;

    /// <summary>Reads what follows an entry's time.</summary>
    internal static FeedEntry ReadEntry(ref StateReader reader, long occurredAt)
    {
        var arrival = reader.Int64();
        var pullNumber = reader.Int32();
        var item = FeedItem.Read(ref reader, occurredAt);
        return arrival > 0 ? new(item, arrival, pullNumber) : throw reader.Invalid("an arrival number is 0");
    }

    private static List<FeedEntry> ReadEarlier(ref StateReader reader)
    {
        var count = reader.Count();
        var entries = new List<FeedEntry>(count);
        var occurredAt = 0L;
        for (var i = 0; i < count; i++)
        {
            occurredAt = unchecked(occurredAt + reader.Signed());
            entries.Add(ReadEntry(ref reader, occurredAt));
            if (i > 0 && entries[i - 1].Item.Position.CompareTo(entries[i].Item.Position) >= 0)
                throw reader.Invalid("its entries are not in order");
        }

        reader.End();
        return entries;
    }
}
