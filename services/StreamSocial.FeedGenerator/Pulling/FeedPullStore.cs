using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Stores which accounts the feeds of one partition pull.</summary>
internal sealed class FeedPullStore(ITaskContext context)
{
    private const byte PullsStore = 18;

    private readonly IStateStore<string, FeedPullList> _pulls =
        context.OpenStore(PullsStore, "feed-pulls", StringKeyCodec.Instance, new FeedPullListCodec());

    /// <summary>The accounts that a user's feed pulls.</summary>
    public FeedPullList Of(string user) => _pulls.TryGet(user, out var list) ? list : FeedPullList.Empty;

    /// <summary>The action number after which a user's feed pulls an account; null if it does not pull it.</summary>
    public int? AfterOf(string user, string author) => Of(user).AfterOf(author);

    /// <summary>Starts a pull.</summary>
    public void Set(string user, FeedPull pull) => Change(user, pull.Author, [pull]);

    /// <summary>Ends a pull, if there is one.</summary>
    public void End(string user, string author) => Change(user, author, []);

    // An empty list stays stored, because its change count must not go back.
    private void Change(string user, string author, IEnumerable<FeedPull> instead)
    {
        var (changes, pulls) = Of(user);
        _pulls.Put(user, new(changes + 1, [.. pulls.Where(pull => pull.Author != author).Concat(instead).OrderBy(pull => pull.Author, StringComparer.Ordinal)]));
    }
}

/// <summary>The accounts that one feed pulls.</summary>
/// <param name="Changes">Number of changes so far; of two states, the one with more changes is newer.</param>
/// <param name="Pulls">In ordinal order of the authors.</param>
internal sealed record FeedPullList(int Changes, IReadOnlyList<FeedPull> Pulls)
{
    public static FeedPullList Empty { get; } = new(0, []);

    /// <summary>The action number after which an account is pulled; null if it is not.</summary>
    public int? AfterOf(string author)
    {
        foreach (var pull in Pulls)
        {
            if (pull.Author == author)
                return pull.After;
        }

        return null;
    }
}

/// <summary>A feed's pull of one account's actions from pull-posts.</summary>
/// <param name="Author">The account.</param>
/// <param name="After">Number of the account's last action that the feed does not pull.</param>
internal readonly record struct FeedPull(string Author, int After);

internal sealed class FeedPullListCodec : ICodec<FeedPullList>
{
    private const byte FormatVersion = 1;

    public void Write(FeedPullList value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Changes);
        writer.Count(value.Pulls.Count);
        foreach (var (author, after) in value.Pulls)
        {
            writer.String(author);
            writer.Count(after);
        }
    }

    public FeedPullList Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of pulls");
        reader.Version(FormatVersion);
        var changes = reader.Int32();
        var count = reader.Count();
        var pulls = new List<FeedPull>(count);
        for (var i = 0; i < count; i++)
        {
            pulls.Add(new(reader.String(), reader.Int32()));
            if (i > 0 && string.CompareOrdinal(pulls[i - 1].Author, pulls[i].Author) >= 0)
                throw reader.Invalid("its authors are not in order");
        }

        reader.End();
        return new(changes, pulls);
    }
}
