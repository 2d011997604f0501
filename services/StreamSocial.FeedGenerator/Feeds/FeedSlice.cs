namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Consecutive entries of a feed, newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="HasMore">Whether older ones follow.</param>
internal sealed record FeedSlice(IReadOnlyList<FeedEntry> Entries, bool HasMore)
{
    public static FeedSlice Empty { get; } = new([], false);
}
