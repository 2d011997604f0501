using StreamSocial.Events;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>What is known of one content.</summary>
internal sealed class ContentCounters
{
    public long Views { get; set; }

    public long Impressions { get; set; }

    public long Clicks { get; set; }

    public long Likes { get; set; }

    public long Comments { get; set; }

    public long Shares { get; set; }

    /// <summary>Latest time counted, Unix milliseconds.</summary>
    public long LastInteractionAt { get; set; } = long.MinValue;

    /// <summary>The content's time at its last record on content-stats; null before the first.</summary>
    public long? LastEmittedAt { get; set; }

    /// <summary>See <see cref="TrendScore"/>.</summary>
    public double Score { get; set; } = TrendScore.None;

    public void Count(InteractionType type)
    {
        switch (type)
        {
            case InteractionType.View: Views++; break;
            case InteractionType.Impression: Impressions++; break;
            case InteractionType.Click: Clicks++; break;
            case InteractionType.Like: Likes++; break;
            case InteractionType.Comment: Comments++; break;
            case InteractionType.Share: Shares++; break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "There is no counter for this type of interaction.");
        }
    }

    public ContentStats ToStats(string contentId) => new()
    {
        ContentId = contentId,
        Views = Views,
        Impressions = Impressions,
        Clicks = Clicks,
        Likes = Likes,
        Comments = Comments,
        Shares = Shares,
        LastInteractionAt = LastInteractionAt,
    };
}
