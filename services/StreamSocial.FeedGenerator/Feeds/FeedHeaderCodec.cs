using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Feeds;

internal sealed class FeedHeaderCodec : ICodec<FeedHeader>
{
    private const byte FormatVersion = 1;

    public void Write(FeedHeader value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Unsigned((ulong)value.LastArrival);
        writer.Count(value.NextChunk);
        writer.Count(value.Evicted);
        writer.Count(value.Chunks.Count);
        long before = 0;
        foreach (var (number, firstOccurredAt, count) in value.Chunks)
        {
            writer.Count(number);
            writer.Signed(unchecked(firstOccurredAt - before));
            before = firstOccurredAt;
            writer.Count(count);
        }
    }

    public FeedHeader Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "feed header");
        reader.Version(FormatVersion);
        var lastArrival = reader.Int64();
        var nextChunk = reader.Int32();
        var evicted = reader.Int32();
        var chunkCount = reader.Count();
        var chunks = new List<FeedChunkEntry>(chunkCount);
        long before = 0;
        var count = 0;
        for (var i = 0; i < chunkCount; i++)
        {
            var number = reader.Int32();
            before = unchecked(before + reader.Signed());
            var entries = reader.Int32();
            if (number >= nextChunk || entries is 0 or > FeedChunk.MaxEntries)
                throw reader.Invalid($"chunk {number} of {nextChunk} with {entries} entries");
            chunks.Add(new(number, before, entries));
            count += entries;
        }

        reader.End();
        if (evicted > 0 && (chunks.Count == 0 || evicted >= chunks[0].Count))
            throw reader.Invalid($"{evicted} evicted entries in the first of {chunks.Count} chunks");
        return new()
        {
            Chunks = chunks, LastArrival = lastArrival, NextChunk = nextChunk, Evicted = evicted, Count = count - evicted,
        };
    }
}
