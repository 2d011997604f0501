using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Directory of one feed, with its newest chunk: nearly every entry that comes in changes these two and nothing else.</summary>
internal sealed class FeedHeader
{
    /// <summary>Chunks, oldest first. All but the newest are stored apart.</summary>
    public List<FeedChunkEntry> Chunks { get; init; } = [];

    /// <summary>The newest chunk; null when there is none, and in a header of an earlier version, which stored that chunk apart, too.</summary>
    public FeedChunk? Newest { get; set; }

    /// <summary>Number of the newest chunk when an earlier version stored that apart; null otherwise.</summary>
    public int? NewestApart { get; set; }

    /// <summary>
    /// Tells this numbering of arrivals from another one of the same feed, which begins when its state is lost: made of the first arrival, so that a replay
    /// of the same log gives the same. Never 0.
    /// </summary>
    public required uint Epoch { get; set; }

    /// <summary>Number of the newest arrival; 0 if there was none.</summary>
    public long LastArrival { get; set; }

    /// <summary>Number of the next chunk.</summary>
    public int NextChunk { get; set; }

    /// <summary>Evicted entries that are still stored at the start of the oldest chunk, until it is removed or rewritten.</summary>
    public int Evicted { get; set; }

    /// <summary>Entries in the feed, those among them that have been removed and keep their places.</summary>
    public int Count { get; set; }
}

/// <summary>A chunk as listed in its feed's header.</summary>
/// <param name="Number">The chunk's number in the store; never reused, in order of creation.</param>
/// <param name="FirstOccurredAt">Time of its first entry.</param>
/// <param name="Count">Number of entries, including evicted ones at its start and removed ones.</param>
/// <param name="Removed">Number of removed ones.</param>
internal readonly record struct FeedChunkEntry(int Number, long FirstOccurredAt, int Count, int Removed = 0)
{
    /// <summary>Lists a chunk of at least one entry.</summary>
    public static FeedChunkEntry Of(int number, FeedChunk chunk) => new(number, chunk.FirstOccurredAt, chunk.Count, chunk.CountRemoved());

    /// <summary>Lists it with one more entry.</summary>
    public FeedChunkEntry With(in FeedEntry entry) =>
        this with { FirstOccurredAt = Math.Min(FirstOccurredAt, entry.Item.OccurredAt), Count = Count + 1, Removed = Removed + (entry.IsRemoved ? 1 : 0) };
}

/// <remarks>Nearly each delivery reads a header: new ones were a quarter of all that a feed generator allocated.</remarks>
internal sealed class FeedHeaderCodec : IReusingCodec<FeedHeader>
{
    /// <summary>Version 3 holds the newest chunk; version 2 counted removed entries and told the epoch; version 1 had none of these.</summary>
    private const byte FormatVersion = 3;

    private const byte WithNewest = 3;

    private const byte OldestVersion = 1;

    public void Write(FeedHeader value, IBufferWriter<byte> output)
    {
        WriteDirectory(value, output);
        if (value.Newest is { } newest)
            FeedChunkCodec.WriteBody(newest, output);
    }

    public FeedHeader Read(ReadOnlySpan<byte> input)
    {
        var header = new FeedHeader { Epoch = ArrivalEpoch.Oldest };
        ReadInto(header, input);
        return header;
    }

    public void ReadInto(FeedHeader value, ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "feed header");
        var version = reader.Version(OldestVersion, FormatVersion);
        var epoch = version > OldestVersion ? reader.Int64() : ArrivalEpoch.Oldest;
        if (epoch is < 1 or > uint.MaxValue)
            throw reader.Invalid($"its epoch is {epoch}");
        value.Epoch = (uint)epoch;
        value.LastArrival = reader.Int64();
        value.NextChunk = reader.Int32();
        value.Evicted = reader.Int32();
        ReadChunks(ref reader, value, withRemoved: version > OldestVersion);
        var isEmpty = value.Chunks.Count == 0;
        if (isEmpty || version < WithNewest)
            value.Newest = null;
        else
            FeedChunkCodec.ReadBody(ref reader, value.Newest ??= new([]));
        value.NewestApart = isEmpty || value.Newest is not null ? null : value.Chunks[^1].Number;
        reader.End();
    }

    public void Check(ReadOnlySpan<byte> input)
    {
        var header = Read(input);
        if (header.Newest is { } newest && newest.Entries.Count != header.Chunks[^1].Count)
            throw new StateReader(input, "feed header").Invalid($"its newest chunk has {newest.Count} entries instead of {header.Chunks[^1].Count}");
    }

    private static void ReadChunks(ref StateReader reader, FeedHeader header, bool withRemoved)
    {
        var chunks = header.Chunks;
        chunks.Clear();
        var count = 0;
        long before = 0;
        for (var left = reader.Count(); left > 0; left--)
        {
            var number = reader.Int32();
            before = unchecked(before + reader.Signed());
            var entries = reader.Int32();
            var removed = withRemoved ? reader.Int32() : 0;
            if (number >= header.NextChunk || entries is 0 or > FeedChunk.MaxStoredEntries || removed > entries)
                throw reader.Invalid($"chunk {number} of {header.NextChunk} with {entries} entries, {removed} of them removed");
            chunks.Add(new(number, before, entries, removed));
            count += entries;
        }

        if (header.Evicted > 0 && (chunks.Count == 0 || header.Evicted >= chunks[0].Count))
            throw reader.Invalid($"{header.Evicted} evicted entries in the first of {chunks.Count} chunks");
        header.Count = count - header.Evicted;
    }

    private static void WriteDirectory(FeedHeader value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Unsigned(value.Epoch);
        writer.Unsigned((ulong)value.LastArrival);
        writer.Count(value.NextChunk);
        writer.Count(value.Evicted);
        writer.Count(value.Chunks.Count);
        long before = 0;
        foreach (var (number, firstOccurredAt, count, removed) in value.Chunks)
        {
            writer.Count(number);
            writer.Signed(unchecked(firstOccurredAt - before));
            before = firstOccurredAt;
            writer.Count(count);
            writer.Count(removed);
        }
    }
}
