using Spectre.Console;
using StreamSocial.Cli.Benchmarks.State;

namespace StreamSocial.Unit.Tests.Cli.Benchmarks;

public sealed class StateBenchmarkTests
{
    private const int Users = 30;
    private const int EdgesPerUser = 5;
    private const int EntriesPerUser = 7;

    [Fact]
    public void SyntheticState_SameSeed_IsTheSameAndWithoutRepetition()
    {
        var (first, second) = (Fill(seed: 3), Fill(seed: 3));
        Assert.Equal(first.Edges, second.Edges);
        Assert.NotEqual(first.Edges, Fill(seed: 4).Edges);
        Assert.Equal(Users * EdgesPerUser, first.Edges.Distinct().Count());
        Assert.All(first.Edges.GroupBy(edge => edge.Follower), edges => Assert.Equal(EdgesPerUser, edges.Count()));
        Assert.Equal(Users * EntriesPerUser, first.Entries.Select(entry => entry.Number).Distinct().Count());
        Assert.All(first.Entries.GroupBy(entry => entry.User), entries => Assert.Equal(EntriesPerUser, entries.Count()));
    }

    [Fact]
    public void GeneratorState_Filled_CountsItsBytesAndKeepsFewObjects()
    {
        var content = new SyntheticState(Users, EdgesPerUser, EntriesPerUser, seed: 1);
        var state = new GeneratorState(partitions: 2, capacity: EntriesPerUser);
        content.FillFollowers(state);
        var followers = state.StoredBytes!.Value;
        content.FillFeeds(state);
        // Each edge holds its follower's id, each entry two ids of an action and its time.
        Assert.InRange(followers, Users * EdgesPerUser, 100 * Users * EdgesPerUser);
        Assert.InRange(state.StoredBytes.Value - followers, 8 * Users * EntriesPerUser, 100 * Users * EntriesPerUser);
        var more = new SyntheticState(10 * Users, EdgesPerUser, EntriesPerUser, seed: 1);
        var larger = new GeneratorState(partitions: 2, capacity: EntriesPerUser);
        more.FillFollowers(larger);
        more.FillFeeds(larger);
        Assert.InRange(ReachableObjects.CountFrom(larger), 1, 2 * ReachableObjects.CountFrom(state));
    }

    [Fact]
    public void ReachableObjects_OfPlainState_AreThreeForAnEntry()
    {
        var state = new PlainState();
        state.AddEntry(1, new SyntheticPost(1, 1, 1));
        var one = ReachableObjects.CountFrom(state);
        state.AddEntry(1, new SyntheticPost(1, 2, 2));
        Assert.Equal(one + 3, ReachableObjects.CountFrom(state));
    }

    [Fact]
    public void ReachableObjects_SharedCyclicAndInStructs_CountOnce()
    {
        var shared = new object();
        var ring = new object[4];
        ring[0] = ring;
        ring[1] = ring[2] = shared;
        ring[3] = new (int, object)[] { (1, shared), (2, new object()) };
        // The ring, what it shares, the array of pairs and the other object of a pair.
        Assert.Equal(4, ReachableObjects.CountFrom(ring));
        Assert.Equal(1, ReachableObjects.CountFrom(new long[100]));
        Assert.Equal(2, ReachableObjects.CountFrom(new object?[] { typeof(string), null, "text" }));
    }

    [Fact]
    public void Table_UnknownFigures_AreLeftOutAndRatiosShown()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 200;
        var stores = Measured(followerBytes: 1_000, feedBytes: 4_000, stored: 500, objects: 20);
        var plain = Measured(followerBytes: 2_000, feedBytes: 40_000, stored: null, objects: 100);
        StateBenchmarkTable.Write(console, new StateBenchmarkReport
        {
            Options = new() { Users = 2, EdgesPerUser = 1, Entries = 10, Partitions = 1, Rounds = 2, Seed = 1 },
            Stores = [stores, stores with { Objects = null }],
            Plain = [plain, plain with { Objects = null }],
            Hardware = "a machine",
        });
        string[] Row(string name) => [.. output.ToString().Split('\n').Single(line => line.Contains(name, StringComparison.Ordinal)).Split('│').Select(cell => cell.Trim()).Where(cell => cell.Length > 0).Skip(1)];
        Assert.Equal(["10", "20", "0.5"], Row("heap for a follower edge"));
        Assert.Equal(["40", "400", "0.1"], Row("heap for a feed entry"));
        Assert.Equal(["5", "-", "-"], Row("key and value for a follower edge"));
        Assert.Equal(["20", "100", "0.2"], Row("objects on the heap"));
        Assert.Equal(["6 ms", "6 ms", "1"], Row("full collection, full"));
    }

    private static StateMeasurement Measured(long followerBytes, long feedBytes, long? stored, long objects) => new()
    {
        Users = 2, Edges = 100, Entries = 100, FollowerBytes = followerBytes, FeedBytes = feedBytes, StoredFollowerBytes = stored, StoredFeedBytes = stored, Objects = objects,
        EmptyCollection = TimeSpan.FromMilliseconds(5), FullCollection = TimeSpan.FromMilliseconds(6), Filling = TimeSpan.FromMilliseconds(7),
    };

    private static RecordedState Fill(int seed)
    {
        var content = new SyntheticState(Users, EdgesPerUser, EntriesPerUser, seed);
        var state = new RecordedState();
        content.FillFollowers(state);
        content.FillFeeds(state);
        return state;
    }

    private sealed class RecordedState : IFilledState
    {
        public List<(int Author, int Follower)> Edges { get; } = [];

        public List<(int User, long Number)> Entries { get; } = [];

        public long? StoredBytes => null;

        public void AddFollower(int author, int follower) => Edges.Add((author, follower));

        public void AddEntry(int user, in SyntheticPost post) => Entries.Add((user, post.Number));

        public void Checkpoint()
        {
        }
    }
}
