using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Kafka.Limits;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>
/// A run of a feed's entries, oldest first, as they are stored: an entry that comes in is put between the bytes of the others, of which it reads no more than
/// their times and, where those are equal, their ids.
/// </summary>
internal sealed class FeedChunk
{
    /// <summary>
    /// Most entries of a chunk; one more splits it. One new entry adds at most one chunk to a checkpoint, and rewrites the newest one with the directory: with fewer
    /// entries the directory of a long feed is what is rewritten.
    /// </summary>
    public const int MaxEntries = 16;

    /// <summary>What it was in earlier versions, whose chunks are read as they are.</summary>
    public const int MaxStoredEntries = 64;

    /// <summary>Most bytes of a chunk with several entries, with room for the directory around the newest. An entry that is larger has a chunk of its own.</summary>
    public const int MaxBytes = RecordLimit.PartBytes / 2;

    internal const string What = "feed chunk";

    private const int TimeBytes = sizeof(long);

    private ByteRun _bytes = new();

    /// <param name="entries">The entries.</param>
    public FeedChunk(IReadOnlyCollection<FeedEntry> entries) => Encode(entries);

    /// <summary>Number of entries, those included that have been removed.</summary>
    public int Count { get; private set; }

    /// <summary>Time of the newest entry, Unix milliseconds.</summary>
    public long LastOccurredAt { get; private set; }

    /// <summary>Time of the oldest entry, of which there must be one; Unix milliseconds.</summary>
    public long FirstOccurredAt
    {
        get
        {
            var reader = new StateReader(Bytes, What);
            return OccurredAtOf(reader.Bytes());
        }
    }

    /// <summary>The entries: of each the number of its bytes, its time, and the rest.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>All entries, read anew each time.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public List<FeedEntry> Entries
    {
        get
        {
            var reader = new StateReader(Bytes, What);
            var entries = new List<FeedEntry>(Count);
            for (var i = 0; i < Count; i++)
            {
                entries.Add(ReadEntry(reader.Bytes()));
                if (i > 0 && entries[i - 1].Item.Position.CompareTo(entries[i].Item.Position) >= 0)
                    throw reader.Invalid("its entries are not in order");
            }

            if (Count > 0 && entries[^1].Item.OccurredAt != LastOccurredAt)
                throw reader.Invalid($"its last entry is not of {LastOccurredAt}");
            reader.End();
            return entries;
        }
    }

    /// <summary>Takes over stored entries in place of its own.</summary>
    /// <param name="bytes">As <see cref="Bytes"/>.</param>
    /// <param name="count">Their number.</param>
    /// <param name="lastOccurredAt">Time of the last one.</param>
    public void Load(ReadOnlySpan<byte> bytes, int count, long lastOccurredAt)
    {
        _bytes.Load(bytes);
        (Count, LastOccurredAt) = (count, lastOccurredAt);
    }

    /// <summary>Whether one more entry would make the chunk too large.</summary>
    public bool IsFullFor(in FeedEntry entry) => Count >= MaxEntries || _bytes.Length + entry.Bytes > MaxBytes;

    /// <summary>Puts an entry in its place.</summary>
    /// <param name="index">As <see cref="Find"/> said.</param>
    /// <param name="entry">The entry.</param>
    public void Insert(int index, in FeedEntry entry)
    {
        var at = index == Count ? _bytes.Length : StartOf(index);
        var item = entry.Item.Encoded;
        var output = ScratchBuffer.Take();
        WriteEntry(output, entry, item.Span);
        output.WrittenSpan.CopyTo(_bytes.Insert(at, output.WrittenCount));
        Count++;
        LastOccurredAt = Count == 1 ? entry.Item.OccurredAt : Math.Max(LastOccurredAt, entry.Item.OccurredAt);
    }

    /// <summary>Removes the content of an entry, which keeps its place; false if that was done before.</summary>
    public bool Remove(int index)
    {
        var entries = Entries;
        if (entries[index].IsRemoved)
            return false;
        entries[index] = entries[index] with { Item = entries[index].Item.Removed() };
        Encode(entries);
        return true;
    }

    /// <summary>Takes out the entries from one on, and returns them as another chunk.</summary>
    /// <param name="index">The first of them, which is not the chunk's first.</param>
    public FeedChunk TakeFrom(int index)
    {
        var at = StartOf(index);
        var taken = new FeedChunk([]);
        taken.Load(Bytes[at..], Count - index, LastOccurredAt);
        var last = new StateReader(Bytes[StartOf(index - 1)..at], What);
        (Count, LastOccurredAt) = (index, OccurredAtOf(last.Bytes()));
        _bytes.Remove(at, _bytes.Length - at);
        return taken;
    }

    /// <summary>Appends the entries from one on that have a number in pull-posts.</summary>
    public void CopyHandedOver(int from, List<FeedEntry> entries)
    {
        var reader = new StateReader(Bytes, What);
        for (var i = 0; i < Count; i++)
        {
            var entry = reader.Bytes();
            if (i >= from && PullNumberOf(entry) > 0)
                entries.Add(ReadEntry(entry));
        }
    }

    /// <summary>Number of entries that have been removed.</summary>
    public int CountRemoved()
    {
        var removed = 0;
        var reader = new StateReader(Bytes, What);
        for (var i = 0; i < Count; i++)
        {
            if (FeedItem.IsRemovedIn(ItemOf(reader.Bytes())))
                removed++;
        }

        return removed;
    }

    /// <summary>Index of the entry at a position, or the bitwise complement of the index where it would be inserted.</summary>
    public int Find(in FeedPosition position)
    {
        if (Count == 0 || position.OccurredAt > LastOccurredAt)
            return ~Count;
        var reader = new StateReader(Bytes, What);
        for (var index = 0; index < Count; index++)
        {
            var order = Compare(reader.Bytes(), position);
            if (order >= 0)
                return order == 0 ? index : ~index;
        }

        return ~Count;
    }

    /// <summary>Whether all entries are after a position.</summary>
    public bool BeginsAfter(in FeedPosition position)
    {
        var reader = new StateReader(Bytes, What);
        return Compare(reader.Bytes(), position) > 0;
    }

    private int StartOf(int index)
    {
        var reader = new StateReader(Bytes, What);
        for (var i = 0; i < index; i++)
            _ = reader.Bytes();
        return _bytes.Length - reader.Left;
    }

    private void Encode(IReadOnlyCollection<FeedEntry> entries)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var entry in entries)
        {
            WriteEntry(output, entry, entry.Item.Encoded.Span);
            LastOccurredAt = entry.Item.OccurredAt;
        }

        _bytes.Load(output.WrittenSpan);
        Count = entries.Count;
    }

    private static void WriteEntry(IBufferWriter<byte> output, in FeedEntry entry, ReadOnlySpan<byte> item)
    {
        using var writer = new StateWriter(output);
        writer.Count(TimeBytes + StateWriter.SizeOf((ulong)entry.Arrival) + StateWriter.SizeOf((ulong)entry.PullNumber) + item.Length);
        writer.Fixed64(entry.Item.OccurredAt);
        writer.Unsigned((ulong)entry.Arrival);
        writer.Count(entry.PullNumber);
        writer.Bytes(item);
    }

    private static int Compare(ReadOnlySpan<byte> entry, in FeedPosition position)
    {
        var order = OccurredAtOf(entry).CompareTo(position.OccurredAt);
        return order != 0 ? order : FeedItem.CompareIdsIn(ItemOf(entry), position);
    }

    private static long OccurredAtOf(ReadOnlySpan<byte> entry) => new StateReader(entry, What).Fixed64();

    private static int PullNumberOf(ReadOnlySpan<byte> entry)
    {
        var reader = new StateReader(entry, What);
        _ = reader.Fixed64();
        _ = reader.Int64();
        return reader.Int32();
    }

    private static ReadOnlySpan<byte> ItemOf(ReadOnlySpan<byte> entry)
    {
        var reader = new StateReader(entry, What);
        _ = reader.Fixed64();
        _ = reader.Int64();
        _ = reader.Int32();
        return reader.Rest();
    }

    private static FeedEntry ReadEntry(ReadOnlySpan<byte> entry)
    {
        var reader = new StateReader(entry, What);
        var occurredAt = reader.Fixed64();
        var read = FeedChunkCodec.ReadEntry(ref reader, occurredAt);
        reader.End();
        return read;
    }
}
