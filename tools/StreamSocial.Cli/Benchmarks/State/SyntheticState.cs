using System.Globalization;

namespace StreamSocial.Cli.Benchmarks.State;

/// <summary>The followers and feeds that a benchmark fills a state with; the same for the same seed.</summary>
internal sealed class SyntheticState
{
    /// <summary>1 July 2012 in Unix milliseconds.</summary>
    private const long FirstPostAt = 1_341_100_800_000;

    /// <summary>Parts of a fill; a checkpoint is taken after each.</summary>
    private const int Parts = 10;

    private readonly int _users;
    private readonly int _entriesPerUser;
    private readonly (int Follower, int Author)[] _edges;

    /// <param name="users">Users, each with a feed.</param>
    /// <param name="edgesPerUser">Users that each of them follows; fewer than <paramref name="users"/>. Few are followed by many.</param>
    /// <param name="entriesPerUser">Entries of each feed.</param>
    /// <param name="seed">Seed of who follows whom.</param>
    public SyntheticState(int users, int edgesPerUser, int entriesPerUser, int seed)
    {
        (_users, _entriesPerUser) = (users, entriesPerUser);
        var random = new Random(seed);
        var edges = new List<(int Follower, int Author)>(users * edgesPerUser);
        var followed = new HashSet<int>();
        for (var user = 0; user < users; user++)
        {
            followed.Clear();
            while (followed.Count < edgesPerUser)
            {
                // A density that falls with the square root of the rank.
                var share = random.NextDouble();
                followed.Add((int)(users * share * share));
            }
            edges.AddRange(followed.Select(author => (user, author)));
        }
        _edges = [.. edges];
        random.Shuffle(_edges);
    }

    public long Edges => _edges.Length;

    public long Entries => (long)_users * _entriesPerUser;

    /// <summary>Adds all followers, in no order, as a log would bring them.</summary>
    public void FillFollowers(IFilledState state)
    {
        var checkpoint = Math.Max(1, _edges.Length / Parts);
        for (var i = 0; i < _edges.Length; i++)
        {
            state.AddFollower(_edges[i].Author, _edges[i].Follower);
            if ((i + 1) % checkpoint == 0)
                state.Checkpoint();
        }
        state.Checkpoint();
    }

    /// <summary>Fills all feeds alike: one entry for each user, then the next.</summary>
    public void FillFeeds(IFilledState state)
    {
        var checkpoint = Math.Max(1, _entriesPerUser / Parts);
        for (var round = 0; round < _entriesPerUser; round++)
        {
            for (var user = 0; user < _users; user++)
            {
                var number = ((long)round * _users) + user + 1;
                state.AddEntry(user, new SyntheticPost(_edges.Length == 0 ? user : _edges[(int)(number % _edges.Length)].Author, number, FirstPostAt + number));
            }
            if ((round + 1) % checkpoint == 0)
                state.Checkpoint();
        }
        state.Checkpoint();
    }
}

/// <summary>A post that comes into a feed.</summary>
/// <param name="Author">Its author.</param>
/// <param name="Number">Its number, of which its ids are made.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
internal readonly record struct SyntheticPost(int Author, long Number, long OccurredAt)
{
    public string ActionId => string.Create(CultureInfo.InvariantCulture, $"p{Number}");

    public string ContentId => string.Create(CultureInfo.InvariantCulture, $"c{Number}");
}

/// <summary>A way to keep followers and feeds in memory.</summary>
internal interface IFilledState
{
    /// <summary>Bytes of keys and values as of the last checkpoint; null when it does not count them.</summary>
    long? StoredBytes { get; }

    void AddFollower(int author, int follower);

    void AddEntry(int user, in SyntheticPost post);

    /// <summary>What is done every few seconds while a state changes.</summary>
    void Checkpoint();
}
