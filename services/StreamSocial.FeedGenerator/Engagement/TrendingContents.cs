namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>The contents of a partition with the highest scores, in no particular order.</summary>
internal sealed class TrendingContents(List<string> contentIds)
{
    private readonly HashSet<string> _members = new(contentIds, StringComparer.Ordinal);

    public List<string> ContentIds { get; } = contentIds;

    /// <summary>
    /// No member's score is below this. Not stored: it only spares looking for the lowest member, and scores never fall.
    /// </summary>
    public double Floor { get; set; } = TrendScore.None;

    public bool Contains(string contentId) => _members.Contains(contentId);

    public void Add(string contentId)
    {
        _members.Add(contentId);
        ContentIds.Add(contentId);
    }

    public void Replace(int index, string contentId)
    {
        _members.Remove(ContentIds[index]);
        _members.Add(contentId);
        ContentIds[index] = contentId;
    }
}
