using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>Part of a user's feed, newest first.</summary>
/// <param name="User">The user.</param>
/// <param name="Entries">The entries.</param>
/// <param name="Next">What to give as <c>before</c> for the page that follows; null when none does.</param>
internal sealed record FeedPage(string User, IReadOnlyList<FeedEntryView> Entries, string? Next)
{
    public static FeedPage From(string user, FeedSlice slice)
    {
        var entries = new FeedEntryView[slice.Entries.Count];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = FeedEntryView.From(slice.Entries[i]);
        return new(user, entries, slice.HasMore ? FeedCursor.Encode(slice.Entries[^1].Item.Position) : null);
    }
}
