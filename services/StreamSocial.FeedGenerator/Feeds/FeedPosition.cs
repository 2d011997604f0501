namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Where an entry stands in a feed: by time, then by action id, so that the order does not depend on arrival.</summary>
/// <param name="OccurredAt">Unix milliseconds.</param>
/// <param name="ActionId">Clients choose it, so two authors may choose the same.</param>
/// <param name="AuthorId">Keeps those two apart.</param>
internal readonly record struct FeedPosition(long OccurredAt, string ActionId, string AuthorId) : IComparable<FeedPosition>
{
    public int CompareTo(FeedPosition other)
    {
        var order = OccurredAt.CompareTo(other.OccurredAt);
        if (order == 0)
            order = string.CompareOrdinal(ActionId, other.ActionId);
        return order != 0 ? order : string.CompareOrdinal(AuthorId, other.AuthorId);
    }
}
