using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Which accounts the feeds of one partition pull.</summary>
internal sealed class FeedPulls(ITaskContext context)
{
    private const byte PullsStore = 18;

    private readonly IStateStore<string, List<FeedPull>> _pulls =
        context.OpenStore(PullsStore, "feed-pulls", StringKeyCodec.Instance, new FeedPullsCodec());

    /// <summary>What a user's feed pulls, in ordinal order of the authors.</summary>
    public IReadOnlyList<FeedPull> Of(string user) => _pulls.TryGet(user, out var pulls) ? pulls : [];

    public int? AfterOf(string user, string author) =>
        _pulls.TryGet(user, out var pulls) && IndexOf(pulls, author) is >= 0 and var index ? pulls[index].After : null;

    /// <summary>Begins a pull, or moves its beginning.</summary>
    public void Set(string user, FeedPull pull)
    {
        if (!_pulls.TryGet(user, out var pulls))
            pulls = [];
        var index = IndexOf(pulls, pull.Author);
        if (index >= 0)
            pulls[index] = pull;
        else
            pulls.Insert(~index, pull);
        _pulls.Put(user, pulls);
    }

    public void End(string user, string author)
    {
        if (!_pulls.TryGet(user, out var pulls))
            return;
        var index = IndexOf(pulls, author);
        if (index < 0)
            return;
        pulls.RemoveAt(index);
        if (pulls.Count > 0)
            _pulls.Put(user, pulls);
        else
            _pulls.Remove(user);
    }

    private static int IndexOf(List<FeedPull> pulls, string author)
    {
        int low = 0, high = pulls.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(pulls[middle].Author, author);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
