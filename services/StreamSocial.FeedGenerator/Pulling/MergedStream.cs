using System.Collections.Immutable;
using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Merges the stream of a feed: arrivals in their order, then pulled actions in the order of each author. Pure.</summary>
internal static class MergedStream
{
    /// <summary>Bytes with which no further entry is read at once: a client that resumes far back gets its feed in pieces.</summary>
    public const int MaxReadBytes = 8 * 1024 * 1024;

    /// <summary>
    /// Reads what follows a position, each entry once, without those evicted since; not all of it if that is more than <see cref="MaxReadBytes"/>.
    /// </summary>
    /// <param name="arrivals">Arrivals after the position.</param>
    /// <param name="pulls">The accounts that the feed pulls now.</param>
    /// <param name="posts">The authors' actions.</param>
    /// <param name="after">The position.</param>
    public static IReadOnlyList<StreamedEntry> Read(FeedArrivals arrivals, FeedPullList pulls, IPullPosts posts, StreamPosition after)
    {
        // A new owner that has not caught up with the previous one does not yet know of pulls whose start or end the client has seen.
        if (pulls.Changes < after.PullChanges)
            return [];
        var entries = new List<StreamedEntry>();
        var position = after;
        var bytes = 0L;
        foreach (var entry in arrivals.Entries)
        {
            position = position with { Arrival = entry.Arrival };
            // An action that was pulled and then handed over is now an arrival, but a client that pulled it has seen it.
            if (entry.PullNumber > 0 && position.Pulls.TryGetValue(entry.Item.AuthorId, out var seen))
            {
                if (entry.PullNumber <= seen)
                    continue;
                position = position.With(entry.Item.AuthorId, entry.PullNumber);
            }

            entries.Add(new(entry, position));
            if ((bytes += entry.Bytes) >= MaxReadBytes)
                return entries;
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
                if ((bytes += entry.Bytes) >= MaxReadBytes)
                    return entries;
            }
        }

        return entries;
    }

    /// <summary>The position after everything that is there now.</summary>
    public static StreamPosition End(FeedArrivals arrivals, FeedPullList pulls, IPullPosts posts)
    {
        var position = StreamPosition.Start with { Arrival = arrivals.LastArrival, PullChanges = pulls.Changes };
        foreach (var (author, start) in pulls.Pulls)
            position = position.With(author, Math.Max(start, posts.Of(author).Last));
        return position;
    }
}

/// <summary>Position of a client in the stream of a feed.</summary>
/// <param name="Arrival">Number of the last arrival seen; 0 for none.</param>
/// <param name="PullChanges">Change count of the feed's pulls.</param>
/// <param name="Pulls">By account, the number of its last action seen; an account that is missing was not yet pulled.</param>
internal sealed record StreamPosition(long Arrival, int PullChanges, ImmutableSortedDictionary<string, int> Pulls)
{
    /// <summary>The position before everything.</summary>
    public static StreamPosition Start { get; } = new(0, 0, ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal));

    public StreamPosition With(string author, int number) => this with { Pulls = Pulls.SetItem(author, number) };
}

/// <summary>An entry in a stream.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Position">Position of a client that has this entry and all before it.</param>
internal readonly record struct StreamedEntry(FeedEntry Entry, StreamPosition Position);
