using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>One entry of a feed.</summary>
/// <param name="Arrival">1, 2, 3, … in the order in which the feed took its entries; null when the feed does not hold it but pulls it.</param>
/// <param name="PullNumber">1, 2, 3, … among its author's actions in pull-posts; null when it was pushed.</param>
/// <param name="ActionId">The action.</param>
/// <param name="Type"><c>post</c>, <c>like</c>, <c>comment</c> or <c>share</c>.</param>
/// <param name="AuthorId">Who did it.</param>
/// <param name="ContentId">The content posted, liked, commented on or shared.</param>
/// <param name="Text">Text of the action; may be empty.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
internal sealed record FeedEntryView(
    long? Arrival, int? PullNumber, string ActionId, string Type, string AuthorId, string ContentId, string Text, long OccurredAt)
{
    public static FeedEntryView From(in FeedEntry entry) => new(
        entry.Arrival > 0 ? entry.Arrival : null, entry.PullNumber > 0 ? entry.PullNumber : null, entry.Item.ActionId, NameOf(entry.Item.Type), entry.Item.AuthorId, entry.Item.ContentId, entry.Item.Text, entry.Item.OccurredAt);

    private static string NameOf(FeedEntryType type) =>
        ActionTypes.Find(type)?.Name ?? throw new ArgumentOutOfRangeException(nameof(type), type, "No action appears in feeds as this.");
}
