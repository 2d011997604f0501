using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>The stream of a feed: what the feed took, in order of arrival, and what it pulls, in order of each author. Pure.</summary>
internal static class MergedStream
{
    /// <summary>What follows a position, each entry once; those evicted since are not among them.</summary>
    /// <param name="arrivals">What the feed took after the position.</param>
    /// <param name="pulls">What it pulls now.</param>
    /// <param name="posts">What the authors did.</param>
    /// <param name="after">The position.</param>
    public static IReadOnlyList<StreamedEntry> Read(FeedArrivals arrivals, FeedPullList pulls, IPullPosts posts, StreamPosition after)
    {
        // A successor that has not yet repeated what its predecessor did: it would not know which pulls the client has seen begin or end.
        if (pulls.Changes < after.PullChanges)
            return [];
        var entries = new List<StreamedEntry>();
        var position = after;
        foreach (var entry in arrivals.Entries)
        {
            position = position with { Arrival = entry.Arrival };
            // An action that was pulled and then handed over is an arrival, which a client that pulled it has seen.
            if (entry.PullNumber > 0 && position.Pulls.TryGetValue(entry.Item.AuthorId, out var seen))
            {
                if (entry.PullNumber <= seen)
                    continue;
                position = position.With(entry.Item.AuthorId, entry.PullNumber);
            }

            entries.Add(new(entry, position));
        }

        var before = position.Pulls;
        position = StreamPosition.Start with { Arrival = position.Arrival, PullChanges = pulls.Changes };
        foreach (var (author, start) in pulls.Pulls)
            position = position.With(author, Math.Max(start, before.GetValueOrDefault(author)));
        foreach (var (author, _) in pulls.Pulls)
        {
            foreach (var entry in posts.Of(author).Since(position.Pulls[author]))
            {
                position = position.With(author, entry.PullNumber);
                entries.Add(new(entry, position));
            }
        }

        return entries;
    }

    /// <summary>The position behind all that is there now.</summary>
    public static StreamPosition End(FeedArrivals arrivals, FeedPullList pulls, IPullPosts posts)
    {
        var position = StreamPosition.Start with { Arrival = arrivals.LastArrival, PullChanges = pulls.Changes };
        foreach (var (author, start) in pulls.Pulls)
            position = position.With(author, Math.Max(start, posts.Of(author).Last));
        return position;
    }
}
