using StreamSocial.Events;

namespace StreamSocial.Cli.Verification;

/// <summary>The counters of one content.</summary>
internal readonly record struct ContentCounts(long Views, long Impressions, long Clicks, long Likes, long Comments, long Shares)
{
    /// <param name="type">The counter.</param>
    /// <param name="number">1, or -1 for one that is taken back.</param>
    public ContentCounts Add(InteractionType type, int number) => type switch
    {
        InteractionType.View => this with { Views = Views + number },
        InteractionType.Impression => this with { Impressions = Impressions + number },
        InteractionType.Click => this with { Clicks = Clicks + number },
        InteractionType.Like => this with { Likes = Likes + number },
        InteractionType.Comment => this with { Comments = Comments + number },
        InteractionType.Share => this with { Shares = Shares + number },
        _ => throw new ToolException($"The reference does not know what an interaction of type {type} counts as, so nothing can be verified; teach it to {nameof(ContentCounts)}."),
    };

    /// <summary>Counts that the other has and this has not, over all counters.</summary>
    public long MissingFrom(in ContentCounts other) =>
        Math.Max(0, other.Views - Views) + Math.Max(0, other.Impressions - Impressions) + Math.Max(0, other.Clicks - Clicks)
        + Math.Max(0, other.Likes - Likes) + Math.Max(0, other.Comments - Comments) + Math.Max(0, other.Shares - Shares);
}
