using System.Collections.Immutable;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Merges the stream of a feed: arrivals in their order, then pulled actions in the order of each author. Pure.</summary>
internal static class MergedStream
{
    /// <summary>
    /// Bytes with which no further entry is read at once: a client that resumes far back gets its feed in pieces. Each stream holds one while its client takes it,
    /// which a slow client may draw out, so all streams together may hold as many times that.
    /// </summary>
    public const int MaxReadBytes = 128 * 1024;

    /// <summary>
    /// Reads what follows a position, each entry once, without those evicted since; not all of it if that is more than <see cref="MaxReadBytes"/>.
    /// </summary>
    /// <param name="arrivals">Arrivals after the position.</param>
    /// <param name="pulls">The accounts that the feed pulls now.</param>
    /// <param name="posts">The authors' actions.</param>
    /// <param name="after">The position.</param>
    public static StreamPiece Read(FeedArrivals arrivals, FeedPullList pulls, IPullPosts posts, StreamPosition after)
    {
        if (after.Epoch != ArrivalEpoch.Any && arrivals.LastArrival > 0 && after.Epoch != arrivals.Epoch)
            return new([], after, StreamContinuity.NeverWas);
        // Perhaps a new owner that has not caught up with the previous one, and does not yet know of what the client has seen.
        if (pulls.Changes < after.PullChanges || arrivals.LastArrival < after.Arrival)
            return new([], after, StreamContinuity.Ahead);

        var known = arrivals.Entries.Count(entry => !entry.IsRemoved || entry.PullNumber <= after.Pulls.GetValueOrDefault(entry.Item.AuthorId));
        var continuity = known < arrivals.LastArrival - after.Arrival ? StreamContinuity.Gap : StreamContinuity.Whole;
        var entries = new List<StreamedEntry>();
        var position = after with { Epoch = arrivals.Epoch };
        var bytes = 0L;
        foreach (var entry in arrivals.Entries)
        {
            position = position with { Arrival = entry.Arrival };
            if (entry.IsRemoved)
                continue;
            // An action that was pulled and then handed over is now an arrival, but a client that pulled it has seen it.
            if (entry.PullNumber > 0 && position.Pulls.TryGetValue(entry.Item.AuthorId, out var seen))
            {
                if (entry.PullNumber <= seen)
                    continue;
                position = position.With(entry.Item.AuthorId, entry.PullNumber);
            }
            else if (entry.PullNumber > pulls.AfterOf(entry.Item.AuthorId))
            {
                // It is pulled until all are handed over, and then comes once more.
                position = position.With(entry.Item.AuthorId, entry.PullNumber);
            }

            entries.Add(new(entry, position));
            if ((bytes += entry.Bytes) >= MaxReadBytes)
                return new(entries, position, continuity) { HasMore = true };
        }

        var before = position.Pulls;
        position = new(arrivals.Epoch, arrivals.LastArrival, pulls.Changes, StreamPosition.Start.Pulls);
        foreach (var (author, start) in pulls.Pulls)
            position = position.With(author, Math.Max(start, before.GetValueOrDefault(author)));
        foreach (var (author, _) in pulls.Pulls)
        {
            var actions = posts.Of(author);
            var since = actions.Since(position.Pulls[author]);
            if (since.Count < actions.Last - position.Pulls[author])
                continuity = StreamContinuity.Gap;
            foreach (var entry in since)
            {
                position = position.With(author, entry.PullNumber);
                entries.Add(new(entry, position));
                if ((bytes += entry.Bytes) >= MaxReadBytes)
                    return new(entries, position, continuity) { HasMore = true };
            }

            position = position.With(author, Math.Max(position.Pulls[author], actions.Last));
        }

        return new(entries, position, continuity);
    }

    /// <summary>The position after everything that is there now.</summary>
    public static StreamPosition End(FeedArrivals arrivals, FeedPullList pulls, IPullPosts posts)
    {
        var position = new StreamPosition(arrivals.Epoch, arrivals.LastArrival, pulls.Changes, StreamPosition.Start.Pulls);
        foreach (var (author, start) in pulls.Pulls)
            position = position.With(author, Math.Max(start, posts.Of(author).Last));
        return position;
    }
}

/// <summary>What follows a position.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="End">Position of a client that has them, and need not ask again for what is no longer there.</param>
/// <param name="Continuity">Whether something is missing between the position and the entries.</param>
internal readonly record struct StreamPiece(IReadOnlyList<StreamedEntry> Entries, StreamPosition End, StreamContinuity Continuity)
{
    /// <summary>Whether there may be more, which would have been too much at once.</summary>
    public bool HasMore { get; init; }
}

/// <summary>How a position fits a stream.</summary>
internal enum StreamContinuity
{
    /// <summary>Everything that followed it is there.</summary>
    Whole,

    /// <summary>Some of what followed it is no longer in the feed: it was evicted or taken back.</summary>
    Gap,

    /// <summary>The feed has not reached it. If that stays so, it never was.</summary>
    Ahead,

    /// <summary>It is of another epoch.</summary>
    NeverWas,
}

/// <summary>Position of a client in the stream of a feed.</summary>
/// <param name="Epoch">The feed's numbering of arrivals; <see cref="ArrivalEpoch.Any"/> if there were none, or in a position that a client made itself.</param>
/// <param name="Arrival">Number of the last arrival seen; 0 for none.</param>
/// <param name="PullChanges">Change count of the feed's pulls.</param>
/// <param name="Pulls">By account, the number of its last action seen; an account that is missing was not yet pulled.</param>
internal sealed record StreamPosition(uint Epoch, long Arrival, int PullChanges, ImmutableSortedDictionary<string, int> Pulls)
{
    /// <summary>The position before everything.</summary>
    public static StreamPosition Start { get; } = new(ArrivalEpoch.Any, 0, 0, ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal));

    public StreamPosition With(string author, int number) => this with { Pulls = Pulls.SetItem(author, number) };
}

/// <summary>An entry in a stream.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Position">Position of a client that has this entry and all before it.</param>
internal readonly record struct StreamedEntry(FeedEntry Entry, StreamPosition Position);
