using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Merges the pushed and the pulled entries of a feed for its reader, as if all had been pushed. Pure.</summary>
internal static class MergedFeed
{
    /// <summary>Reads the newest entries before a position, or of the whole feed, newest first.</summary>
    /// <param name="pushed">The feed's own slice at that position, up to the limit.</param>
    /// <param name="pulled">For each pulled account its actions and the number after which they are pulled.</param>
    /// <param name="limit">Most entries to return.</param>
    /// <param name="before">The position.</param>
    /// <param name="capacity">Capacity of a feed; older entries are left out, as if they had been evicted.</param>
    public static FeedSlice Read(
        FeedSlice pushed, IReadOnlyList<(AuthorActions Actions, int After)> pulled, int limit, FeedPosition? before, int capacity)
    {
        var newer = pushed.Newer;
        if (before is { } position)
            newer += pulled.Sum(pull => pull.Actions.CountFrom(pull.After, position));
        var visible = Math.Max(0, capacity - newer);
        var wanted = Math.Min(limit, visible);

        // One more than wanted shows whether there are more.
        var entries = pushed.Entries
            .Concat(pulled.SelectMany(pull => pull.Actions.Descending(pull.After, before).Take(wanted + 1)))
            .OrderByDescending(entry => entry.Item.Position)
            // A repeat whose id was forgotten may be pushed although the feed pulls the action.
            .DistinctBy(entry => entry.Item.Position)
            .Take(wanted + 1).ToList();
        var hasMore = wanted < visible && (entries.Count > wanted || (pushed.HasMore && entries.Count == wanted));
        if (entries.Count > wanted)
            entries.RemoveAt(wanted);
        return new(entries, hasMore, newer);
    }
}
