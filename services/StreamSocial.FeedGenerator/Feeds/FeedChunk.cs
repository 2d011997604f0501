using System.Buffers;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>A run of a feed's entries, oldest first.</summary>
internal sealed class FeedChunk(List<FeedEntry> entries)
{
    /// <summary>Most entries of a chunk; one more splits it. One new entry adds at most one chunk to a checkpoint.</summary>
    public const int MaxEntries = 64;

    /// <summary>Most bytes of a chunk with several entries. An entry that is larger has a chunk of its own.</summary>
    public const int MaxBytes = RecordLimit.PartBytes;

    private long _bytes = entries.Sum(static entry => (long)entry.Bytes);

    public IReadOnlyList<FeedEntry> Entries => entries;

    /// <summary>Number of entries that have been removed and keep their places.</summary>
    public int Removed => entries.Count(static entry => entry.IsRemoved);

    /// <summary>Whether one more entry would make the chunk too large.</summary>
    public bool IsFullFor(in FeedEntry entry) => entries.Count >= MaxEntries || _bytes + entry.Bytes > MaxBytes;

    public void Insert(int index, in FeedEntry entry)
    {
        entries.Insert(index, entry);
        _bytes += entry.Bytes;
    }

    /// <summary>Removes the content of an entry, which keeps its place; false if that was done before.</summary>
    public bool Remove(int index)
    {
        var entry = entries[index];
        if (entry.IsRemoved)
            return false;
        entries[index] = entry with { Item = entry.Item.Removed() };
        _bytes += entries[index].Bytes - entry.Bytes;
        return true;
    }

    /// <summary>Takes out and returns some entries.</summary>
    public List<FeedEntry> Take(int index, int count)
    {
        var taken = entries.GetRange(index, count);
        entries.RemoveRange(index, count);
        foreach (var entry in taken)
            _bytes -= entry.Bytes;
        return taken;
    }

    /// <summary>Index of the entry at a position, or the bitwise complement of the index where it would be inserted.</summary>
    public int Find(in FeedPosition position)
    {
        int low = 0, high = entries.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = entries[middle].Item.Position.CompareTo(position);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}

/// <summary>Stores entries in order, with times as differences to the previous entry.</summary>
internal sealed class FeedChunkCodec : ICodec<FeedChunk>
{
    /// <summary>Version 3 has entries without type, which have been removed; the format is that of version 2.</summary>
    private const byte FormatVersion = 3;

    private const byte OldestVersion = 2;

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
        reader.Version(OldestVersion, FormatVersion);
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
