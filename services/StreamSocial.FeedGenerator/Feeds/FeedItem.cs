using StreamSocial.Events;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>What a feed says of one action; shared by all feeds that one update reaches.</summary>
internal sealed record FeedItem(string ActionId, FeedEntryType Type, string AuthorId, string ContentId, string Text, long OccurredAt)
{
    public static FeedItem From(FeedUpdate update) =>
        new(update.ActionId, update.Type, update.AuthorId, update.ContentId, update.Text, update.OccurredAt);

    /// <summary>A record of pull-posts as an entry of the feeds that pull it.</summary>
    public static FeedEntry EntryOf(FeedUpdate update) => new(From(update), Arrival: 0, update.PullNumber);

    public FeedPosition Position => new(OccurredAt, ActionId, AuthorId);
}
