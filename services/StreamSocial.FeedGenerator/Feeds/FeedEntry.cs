using StreamSocial.Events;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>One entry of one feed.</summary>
/// <param name="Item">What it says.</param>
/// <param name="Arrival">1, 2, 3, … in the order in which the feed took its entries; 0 when the feed does not hold it but pulls it.</param>
/// <param name="PullNumber">1, 2, 3, … among its author's actions in pull-posts; 0 when it was pushed.</param>
internal readonly record struct FeedEntry(FeedItem Item, long Arrival, int PullNumber)
{
    /// <summary>A record of pull-posts as an entry of the feeds that pull it.</summary>
    public static FeedEntry Pulled(FeedUpdate update) => new(FeedItem.From(update), Arrival: 0, update.PullNumber);
}
