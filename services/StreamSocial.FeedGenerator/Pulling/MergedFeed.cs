using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>A feed as its reader sees it: what was pushed into it and what it pulls, as if all had been pushed. Pure.</summary>
internal static class MergedFeed
{
    /// <summary>The newest entries, newest first, from just before a position if one is given.</summary>
    /// <param name="pushed">The feed's own slice at that position, as long as the limit allows.</param>
    /// <param name="pulled">For each account that the feed pulls, after which number, and what it did.</param>
    /// <param name="limit">Most entries to return.</param>
    /// <param name="before">The position.</param>
    /// <param name="capacity">Entries that a feed holds; older ones are not seen, as if they had been evicted.</param>
    public static FeedSlice Read(
        FeedSlice pushed, IReadOnlyList<(AuthorActions Actions, int After)> pulled, int limit, FeedPosition? before, int capacity)
    {
        var newer = pushed.Newer;
        if (before is { } position)
            newer += pulled.Sum(pull => pull.Actions.CountFrom(pull.After, position));
        var visible = Math.Max(0, capacity - newer);
        var wanted = Math.Min(limit, visible);

        // One more than wanted says whether there is more.
        var entries = pushed.Entries
            .Concat(pulled.SelectMany(pull => pull.Actions.Descending(pull.After, before).Take(wanted + 1)))
            .OrderByDescending(entry => entry.Item.Position)
            // A client's repeat that nobody remembers may be pushed although the feed pulls the action.
            .DistinctBy(entry => entry.Item.Position)
            .Take(wanted + 1).ToList();
        var hasMore = wanted < visible && (entries.Count > wanted || (pushed.HasMore && entries.Count == wanted));
        if (entries.Count > wanted)
            entries.RemoveAt(wanted);
        return new(entries, hasMore, newer);
    }
}
