using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Merges the pushed and the pulled entries of a feed for its reader, as if all had been pushed. Pure.</summary>
internal static class MergedFeed
{
    /// <summary>Reads the newest entries before a position, or of the whole feed, newest first.</summary>
    /// <param name="pushed">The feed's own slice at that position, with what was removed: all, or at least <see cref="Needed"/> entries.</param>
    /// <param name="handedOver">Entries of the feed from that position on that have a number in pull-posts; some may still be pulled too.</param>
    /// <param name="pulled">For each pulled account its actions and the number after which they are pulled.</param>
    /// <param name="needed">Entries to take of each account: <see cref="Needed"/>.</param>
    /// <param name="limit">Most entries to return.</param>
    /// <param name="before">The position.</param>
    /// <param name="capacity">Capacity of a feed; older entries are left out, as if they had been evicted.</param>
    public static FeedSlice Read(
        FeedSlice pushed,
        IReadOnlyList<FeedEntry> handedOver,
        IReadOnlyList<(AuthorActions Actions, int After)> pulled,
        int needed,
        int limit,
        FeedPosition? before,
        int capacity)
    {
        var newer = pushed.Newer - handedOver.Count(entry => pulled.Any(pull => pull.Actions.Has(entry, pull.After)));
        if (before is { } position)
            newer += pulled.Sum(pull => pull.Actions.CountFrom(pull.After, position));
        // One more than wanted shows whether there are more.
        var entries = pushed.Entries
            .Concat(pulled.SelectMany(pull => pull.Actions.Descending(pull.After, before).Take(needed)))
            .OrderByDescending(entry => entry.Item.Position).ThenByDescending(entry => entry.IsRemoved)
            // A pull that is about to end is handed over, and a repeat whose id was forgotten may be pushed although the feed pulls the action.
            .DistinctBy(entry => entry.Item.Position)
            .Take(Math.Max(0, capacity - newer))
            .Where(entry => !entry.IsRemoved)
            .Take(limit + 1).ToList();
        var hasMore = entries.Count > limit;
        if (hasMore)
            entries.RemoveAt(limit);
        return new(entries, hasMore, newer);
    }

    /// <summary>Entries that are read of each source so that one more than the limit is among them that was not removed, there or in another source.</summary>
    /// <param name="limit">Most entries to return.</param>
    /// <param name="removed">Most removed entries that all sources have.</param>
    public static int Needed(int limit, int removed) => limit + removed + 1;
}
