namespace StreamSocial.Cli.Benchmarks.State;

/// <summary>The baseline: the same in dictionaries and lists, users as numbers, an entry an object with two texts, as a restore would make them.</summary>
internal sealed class PlainState : IFilledState
{
    private readonly Dictionary<long, List<long>> _followers = [];
    private readonly Dictionary<long, List<PlainEntry>> _feeds = [];

    public long? StoredBytes => null;

    public void AddFollower(int author, int follower)
    {
        if (!_followers.TryGetValue(author, out var followers))
            _followers.Add(author, followers = []);
        followers.Add(follower);
    }

    public void AddEntry(int user, in SyntheticPost post)
    {
        if (!_feeds.TryGetValue(user, out var feed))
            _feeds.Add(user, feed = []);
        feed.Add(new PlainEntry(post.ActionId, post.ContentId, post.Author, post.OccurredAt, feed.Count + 1));
    }

    public void Checkpoint()
    {
    }

    private sealed record PlainEntry(string ActionId, string ContentId, long Author, long OccurredAt, long Arrival);
}
