namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Consecutive entries of a feed, newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="HasMore">Whether older ones follow.</param>
/// <param name="Newer">How many of the feed's entries are newer than these.</param>
internal sealed record FeedSlice(IReadOnlyList<FeedEntry> Entries, bool HasMore, int Newer)
{
    public static FeedSlice Empty { get; } = new([], HasMore: false, Newer: 0);
}
