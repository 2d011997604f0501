using StreamSocial.Events;

namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>The counters of one content.</summary>
/// <param name="LastInteractionAt">Unix milliseconds; null when nobody interacted with it.</param>
internal sealed record ContentStatsView(
    string ContentId, long Views, long Impressions, long Clicks, long Likes, long Comments, long Shares, long? LastInteractionAt)
{
    public static ContentStatsView From(ContentStats stats)
    {
        var isTouched = (stats.Views | stats.Impressions | stats.Clicks | stats.Likes | stats.Comments | stats.Shares) != 0;
        return new(
            stats.ContentId, stats.Views, stats.Impressions, stats.Clicks, stats.Likes, stats.Comments, stats.Shares, isTouched ? stats.LastInteractionAt : null);
    }
}
