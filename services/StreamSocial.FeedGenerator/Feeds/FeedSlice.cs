namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Consecutive entries of a feed, newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="HasMore">Whether there are older entries.</param>
/// <param name="Newer">Number of the feed's entries that are newer than these.</param>
internal sealed record FeedSlice(IReadOnlyList<FeedEntry> Entries, bool HasMore, int Newer)
{
    public static FeedSlice Empty { get; } = new([], HasMore: false, Newer: 0);

    /// <summary>The newest of the entries that have no more than so many bytes together, or at least so many entries.</summary>
    public FeedSlice Within(long maxBytes, int atLeast)
    {
        var bytes = 0L;
        for (var i = 0; i < Entries.Count; i++)
        {
            bytes += Entries[i].Bytes;
            if (bytes > maxBytes && i >= atLeast)
                return this with { Entries = [.. Entries.Take(i)], HasMore = true };
        }

        return this;
    }
}

/// <summary>Entries that arrived in a feed.</summary>
/// <param name="Epoch">The feed's numbering of arrivals; 0 if it has none yet.</param>
/// <param name="LastArrival">Number of the feed's newest arrival; 0 if there was none.</param>
/// <param name="Entries">In order of arrival.</param>
internal sealed record FeedArrivals(uint Epoch, long LastArrival, IReadOnlyList<FeedEntry> Entries);
