using StreamSocial.Events;
using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>One entry of a feed.</summary>
/// <param name="Arrival">1, 2, 3, … in the order in which the feed took its entries; the id of its event in the stream.</param>
/// <param name="ActionId">The action.</param>
/// <param name="Type"><c>post</c>, <c>like</c>, <c>comment</c> or <c>share</c>.</param>
/// <param name="AuthorId">Who did it.</param>
/// <param name="ContentId">The content posted, liked, commented on or shared.</param>
/// <param name="Text">Text of the action; may be empty.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
internal sealed record FeedEntryView(
    long Arrival, string ActionId, string Type, string AuthorId, string ContentId, string Text, long OccurredAt)
{
    public static FeedEntryView From(in FeedEntry entry) => new(
        entry.Arrival, entry.Item.ActionId, NameOf(entry.Item.Type), entry.Item.AuthorId, entry.Item.ContentId, entry.Item.Text, entry.Item.OccurredAt);

    private static string NameOf(FeedEntryType type) => type switch
    {
        FeedEntryType.Post => "post",
        FeedEntryType.Like => "like",
        FeedEntryType.Comment => "comment",
        FeedEntryType.Share => "share",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No entry of a feed."),
    };
}
