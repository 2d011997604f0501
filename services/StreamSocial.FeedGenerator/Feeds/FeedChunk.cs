namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>A run of a feed's entries, oldest first.</summary>
internal sealed class FeedChunk(List<FeedEntry> entries)
{
    /// <summary>Entries at which a chunk splits; what one new entry costs a checkpoint is at most a chunk.</summary>
    public const int MaxEntries = 64;

    public List<FeedEntry> Entries { get; } = entries;

    /// <summary>Index of the entry at a position, or the complement of the index where it would stand.</summary>
    public int Find(in FeedPosition position)
    {
        int low = 0, high = Entries.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Entries[middle].Item.Position.CompareTo(position);
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
