using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Which accounts the feeds of one partition pull.</summary>
internal sealed class FeedPulls(ITaskContext context)
{
    private const byte PullsStore = 18;

    private readonly IStateStore<string, FeedPullList> _pulls =
        context.OpenStore(PullsStore, "feed-pulls", StringKeyCodec.Instance, new FeedPullListCodec());

    /// <summary>What a user's feed pulls.</summary>
    public FeedPullList Of(string user) => _pulls.TryGet(user, out var list) ? list : FeedPullList.Empty;

    /// <summary>The number after which a user's feed pulls an account; null when it does not.</summary>
    public int? AfterOf(string user, string author)
    {
        foreach (var pull in Of(user).Pulls)
        {
            if (pull.Author == author)
                return pull.After;
        }

        return null;
    }

    /// <summary>Begins a pull, or moves its beginning.</summary>
    public void Set(string user, FeedPull pull) => Change(user, pull.Author, [pull]);

    /// <summary>Ends a pull, if there is one.</summary>
    public void End(string user, string author) => Change(user, author, []);

    // The list stays when it is empty, because its number of changes must not fall.
    private void Change(string user, string author, IEnumerable<FeedPull> instead)
    {
        var (changes, pulls) = Of(user);
        _pulls.Put(user, new(changes + 1, [.. pulls.Where(pull => pull.Author != author).Concat(instead).OrderBy(pull => pull.Author, StringComparer.Ordinal)]));
    }
}
