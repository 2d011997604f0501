using StreamSocial.Events;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>What a feed says of one action; shared by all feeds that one update reaches.</summary>
internal sealed record FeedItem(string ActionId, FeedEntryType Type, string AuthorId, string ContentId, string Text, long OccurredAt)
{
    public static FeedItem From(FeedUpdate update) =>
        new(update.ActionId, update.Type, update.AuthorId, update.ContentId, update.Text, update.OccurredAt);

    public FeedPosition Position => new(OccurredAt, ActionId, AuthorId);
}
