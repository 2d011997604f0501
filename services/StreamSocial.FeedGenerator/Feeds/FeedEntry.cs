namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>One entry of one feed.</summary>
/// <param name="Item">What it says.</param>
/// <param name="Arrival">1, 2, 3, … in the order in which the feed took its entries; the event id of its stream.</param>
internal readonly record struct FeedEntry(FeedItem Item, long Arrival);
