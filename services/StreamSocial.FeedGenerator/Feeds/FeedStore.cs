using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Stores the feeds of one partition. Each keeps its newest entries, in whatever order they arrive.</summary>
/// <remarks>
/// A feed is a directory and chunks of at most <see cref="FeedChunk.MaxEntries"/> and <see cref="FeedChunk.MaxBytes"/>, the newest of them in the directory. A new entry
/// rewrites the directory and, if it does not belong into the newest chunk, another one. Evicted entries are only counted until a whole chunk can be removed. An entry that is removed keeps its place and
/// counts for the capacity: so a feed holds the same whether the removal or another author's newer entry came first.
/// </remarks>
internal sealed class FeedStore(ITaskContext context, int capacity)
{
    private const byte HeadersStore = 16;
    private const byte ChunksStore = 17;

    private readonly IStateStore<string, FeedHeader> _headers =
        context.OpenStore(HeadersStore, "feed-headers", StringKeyCodec.Instance, new FeedHeaderCodec());

    private readonly IStateStore<NumberedKey, FeedChunk> _chunks =
        context.OpenStore(ChunksStore, "feed-chunks", NumberedKeyCodec.Instance, new FeedChunkCodec());

    /// <summary>Adds an entry; false when the feed has it already, or is full and the entry is older than all others.</summary>
    /// <param name="user">Owner of the feed.</param>
    /// <param name="item">The entry's content.</param>
    /// <param name="pullNumber">Its number among its author's actions in pull-posts if it was handed over from there; 0 if it was pushed.</param>
    public bool Add(string user, FeedItem item, int pullNumber = 0)
    {
        if (!_headers.TryGet(user, out var header))
            header = new() { Epoch = item.Position.ToEpoch() };
        if (header.Chunks.Count == 0)
        {
            AddChunk(user, header, 0, new([new(item, ++header.LastArrival, pullNumber)]));
        }
        else
        {
            var (index, chunk) = Locate(user, header, item.Position);
            var at = chunk.Find(item.Position);
            if (at >= 0)
                return false;
            at = ~at;
            if (index == 0 && (at < header.Evicted || (at == header.Evicted && header.Count >= capacity)))
                return false;
            Insert(user, header, index, chunk, at, new(item, ++header.LastArrival, pullNumber));
        }

        header.Count++;
        while (header.Count > capacity)
            EvictOldest(user, header);
        PutHeader(user, header);
        return true;
    }

    /// <summary>Removes the content of an entry; false if the feed does not have it.</summary>
    public bool Remove(string user, in FeedPosition position)
    {
        if (!_headers.TryGet(user, out var header) || header.Chunks.Count == 0)
            return false;
        var (index, chunk) = Locate(user, header, position);
        var at = chunk.Find(position);
        if (at < 0 || (index == 0 && at < header.Evicted) || !chunk.Remove(at))
            return false;
        PutChunk(user, header, index, chunk);
        PutHeader(user, header);
        return true;
    }

    /// <summary>Removes the content of all entries of an author; false if the feed has none.</summary>
    public bool RemoveAllOf(string user, string author)
    {
        if (!_headers.TryGet(user, out var header))
            return false;
        var changed = false;
        for (var index = 0; index < header.Chunks.Count; index++)
        {
            var chunk = Chunk(user, header, index);
            var removed = 0;
            var entries = chunk.Entries;
            for (var i = 0; i < entries.Count; i++)
                removed += entries[i].Item.AuthorId == author && chunk.Remove(i) ? 1 : 0;
            if (removed == 0)
                continue;
            PutChunk(user, header, index, chunk);
            changed = true;
        }

        if (changed)
            PutHeader(user, header);
        return changed;
    }

    /// <summary>Most removed entries that a feed has.</summary>
    public int RemovedOf(string user) => _headers.TryGet(user, out var header) ? header.Chunks.Sum(static chunk => chunk.Removed) : 0;

    /// <summary>Reads the newest entries before a position, or of the whole feed, newest first.</summary>
    /// <param name="user">Owner of the feed.</param>
    /// <param name="limit">Most entries.</param>
    /// <param name="before">The position.</param>
    /// <param name="maxBytes">Bytes with which no further entry is read; see <see cref="FeedSlice.Within"/>.</param>
    /// <param name="withRemoved">Whether to read the places of removed entries too.</param>
    public FeedSlice Read(string user, int limit, FeedPosition? before, long maxBytes = long.MaxValue, bool withRemoved = false)
    {
        if (!_headers.TryGet(user, out var header) || header.Count == 0)
            return FeedSlice.Empty;
        var index = header.Chunks.Count - 1;
        var chunk = Chunk(user, header, index);
        var at = chunk.Count;
        var newer = 0;
        if (before is { } position)
        {
            (index, chunk) = Locate(user, header, position);
            at = chunk.Find(position);
            at = at < 0 ? ~at : at;
            newer = chunk.Count - at;
            for (var behind = index + 1; behind < header.Chunks.Count; behind++)
                newer += header.Chunks[behind].Count;
        }

        var entries = new List<FeedEntry>(Math.Min(limit, header.Count));
        var bytes = 0L;
        while (true)
        {
            var oldest = index == 0 ? header.Evicted : 0;
            var read = chunk.Entries;
            while (at > oldest)
            {
                var entry = read[--at];
                if (entry.IsRemoved && !withRemoved)
                    continue;
                if (entries.Count == limit || bytes >= maxBytes)
                    return new(entries, HasMore: true, newer);
                entries.Add(entry);
                bytes += entry.Bytes;
            }

            if (index == 0)
                return new(entries, HasMore: false, newer);
            chunk = Chunk(user, header, --index);
            at = chunk.Count;
        }
    }

    /// <summary>Reads the entries at a position or newer that were handed over from pull-posts.</summary>
    public IReadOnlyList<FeedEntry> ReadHandedOver(string user, in FeedPosition position)
    {
        if (!_headers.TryGet(user, out var header) || header.Count == 0)
            return [];
        var entries = new List<FeedEntry>();
        var (index, chunk) = Locate(user, header, position);
        var at = chunk.Find(position);
        chunk.CopyHandedOver(at < 0 ? ~at : at, entries);
        for (var behind = index + 1; behind < header.Chunks.Count; behind++)
            Chunk(user, header, behind).CopyHandedOver(0, entries);
        return entries;
    }

    /// <summary>
    /// Reads the entries that arrived after an arrival number, in order of arrival, without those evicted or removed since. The places of removed ones that were
    /// handed over from pull-posts are among them, because a client may have had those before they arrived.
    /// </summary>
    public FeedArrivals ReadArrivals(string user, long after)
    {
        if (!_headers.TryGet(user, out var header))
            return new(0, 0, []);
        var entries = new List<FeedEntry>();
        for (var index = header.Chunks.Count - 1; index >= 0 && entries.Count < header.LastArrival - after; index--)
        {
            var chunk = Chunk(user, header, index).Entries;
            for (var i = index == 0 ? header.Evicted : 0; i < chunk.Count; i++)
            {
                if (chunk[i].Arrival > after && (!chunk[i].IsRemoved || chunk[i].PullNumber > 0))
                    entries.Add(chunk[i]);
            }
        }

        entries.Sort(static (left, right) => left.Arrival.CompareTo(right.Arrival));
        return new(header.Epoch, header.LastArrival, entries);
    }

    /// <summary>Finds the chunk that contains a position or where it would be inserted.</summary>
    private (int Index, FeedChunk Chunk) Locate(string user, FeedHeader header, in FeedPosition position)
    {
        var index = header.Chunks.Count - 1;
        while (index > 0 && header.Chunks[index].FirstOccurredAt > position.OccurredAt)
            index--;
        var chunk = Chunk(user, header, index);
        while (index > 0 && header.Chunks[index].FirstOccurredAt == position.OccurredAt && chunk.BeginsAfter(position))
            chunk = Chunk(user, header, --index);
        return (index, chunk);
    }

    private void Insert(string user, FeedHeader header, int index, FeedChunk chunk, int at, in FeedEntry entry)
    {
        var count = chunk.Count;
        if (!chunk.IsFullFor(entry))
        {
            chunk.Insert(at, entry);
            header.Chunks[index] = header.Chunks[index].With(entry);
            Store(user, header, index, chunk);
        }
        else if (index == header.Chunks.Count - 1 && at == count)
        {
            AddChunk(user, header, index + 1, new([entry]));
        }
        else if (index == 0 && header.Evicted > 0)
        {
            chunk = chunk.TakeFrom(header.Evicted);
            at -= header.Evicted;
            header.Evicted = 0;
            PutChunk(user, header, index, chunk);
            Insert(user, header, index, chunk, at, entry);
        }
        else if (count == 1)
        {
            AddChunk(user, header, at == 0 ? index : index + 1, new([entry]));
        }
        else
        {
            var half = count / 2;
            // The directory has the newest from here on: the store may give the very object that is divided, which is no longer what the directory lists.
            if (index == header.Chunks.Count - 1)
                header.Newest = chunk;
            var newer = chunk.TakeFrom(half);
            AddChunk(user, header, index + 1, newer);
            PutChunk(user, header, index, chunk);
            if (at > half)
                Insert(user, header, index + 1, newer, at - half, entry);
            else
                Insert(user, header, index, chunk, at, entry);
        }
    }

    private void EvictOldest(string user, FeedHeader header)
    {
        header.Count--;
        header.Evicted++;
        if (header.Evicted < header.Chunks[0].Count)
            return;
        if (header.Chunks.Count == 1)
            header.Newest = null;
        else
            _chunks.Remove(new(user, header.Chunks[0].Number));
        header.Chunks.RemoveAt(0);
        header.Evicted = 0;
    }

    private void AddChunk(string user, FeedHeader header, int index, FeedChunk chunk)
    {
        // The one that is no longer the newest is stored apart from now on.
        if (index > 0 && index == header.Chunks.Count)
            _chunks.Put(new(user, header.Chunks[^1].Number), Chunk(user, header, index - 1));
        header.Chunks.Insert(index, FeedChunkEntry.Of(header.NextChunk++, chunk));
        Store(user, header, index, chunk);
    }

    private void PutChunk(string user, FeedHeader header, int index, FeedChunk chunk)
    {
        header.Chunks[index] = FeedChunkEntry.Of(header.Chunks[index].Number, chunk);
        Store(user, header, index, chunk);
    }

    private void Store(string user, FeedHeader header, int index, FeedChunk chunk)
    {
        if (index == header.Chunks.Count - 1)
            header.Newest = chunk;
        else
            _chunks.Put(new(user, header.Chunks[index].Number), chunk);
    }

    private void PutHeader(string user, FeedHeader header)
    {
        if (header.NewestApart is { } number)
            TakeNewestIn(user, header, number);
        _headers.Put(user, header);
    }

    /// <summary>Moves the newest chunk, which an earlier version stored apart, into the directory.</summary>
    private void TakeNewestIn(string user, FeedHeader header, int number)
    {
        if (header.Chunks.Count > 0)
            header.Newest ??= Chunk(user, header, header.Chunks.Count - 1);
        if (!header.Chunks.SkipLast(1).Any(chunk => chunk.Number == number))
            _chunks.Remove(new(user, number));
        header.NewestApart = null;
    }

    private FeedChunk Chunk(string user, FeedHeader header, int index)
    {
        if (index == header.Chunks.Count - 1 && header.Newest is { } newest)
            return newest;
        var listed = header.Chunks[index];
        return _chunks.TryGet(new(user, listed.Number), out var chunk) && chunk.Count == listed.Count
            ? chunk
            : throw new InvalidDataException($"The feed of a user lists chunk {listed.Number} with {listed.Count} entries, which its state does not hold.");
    }
}
