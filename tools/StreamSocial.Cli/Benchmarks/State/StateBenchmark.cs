using System.Diagnostics;
using System.Runtime.CompilerServices;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Benchmarks.State;

/// <summary>What <see cref="StateBenchmark"/> fills.</summary>
internal sealed record StateBenchmarkOptions
{
    /// <summary>Users, each with a feed.</summary>
    public required int Users { get; init; }

    /// <summary>Users that each of them follows.</summary>
    public required int EdgesPerUser { get; init; }

    /// <summary>Entries of each feed.</summary>
    public required int Entries { get; init; }

    /// <summary>Partitions over which both are spread.</summary>
    public required int Partitions { get; init; }

    public required int Rounds { get; init; }

    public required int Seed { get; init; }
}

/// <summary>What followers and feeds cost in memory, and what they cost the collector: the feed generator's own stores beside plain collections, in turns.</summary>
internal sealed class StateBenchmark(StateBenchmarkOptions options, IAnsiConsole console)
{
    public StateBenchmarkReport Run(CancellationToken cancellationToken)
    {
        const int WarmUpUsers = 200;
        var warmUp = new SyntheticState(WarmUpUsers, edgesPerUser: 20, options.Entries, options.Seed);
        Measure(warmUp, CreateStores, WarmUpUsers, countObjects: true);
        Measure(warmUp, static () => new PlainState(), WarmUpUsers, countObjects: true);

        var state = new SyntheticState(options.Users, options.EdgesPerUser, options.Entries, options.Seed);
        var (stores, plain) = (new List<StateMeasurement>(), new List<StateMeasurement>());
        for (var round = 1; round <= options.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The objects are the same in each round.
            stores.Add(Measure(state, CreateStores, options.Users, countObjects: round == 1));
            plain.Add(Measure(state, static () => new PlainState(), options.Users, countObjects: round == 1));
            console.MarkupLineInterpolated(
                $"  round {round}: stores {TextFormat.Number(stores[^1].BytesPerEdge)} bytes an edge and {TextFormat.Number(stores[^1].BytesPerEntry)} an entry, plain collections {TextFormat.Number(plain[^1].BytesPerEdge)} and {TextFormat.Number(plain[^1].BytesPerEntry)}");
        }

        return new StateBenchmarkReport { Options = options, Stores = stores, Plain = plain, Hardware = Hardware.Describe() };
    }

    private GeneratorState CreateStores() => new(options.Partitions, options.Entries);

    /// <param name="content">What to fill in.</param>
    /// <param name="create">Creates what is filled. It is created here so that no caller's frame keeps it alive: the next measurement would begin with it.</param>
    /// <param name="users">Users with a feed.</param>
    /// <param name="countObjects">Whether to count the objects.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StateMeasurement Measure(SyntheticState content, Func<IFilledState> create, int users, bool countObjects)
    {
        var empty = ManagedHeap.LiveBytes();
        var emptyCollection = ManagedHeap.TimeCollection();
        var state = create();
        var started = Stopwatch.GetTimestamp();
        content.FillFollowers(state);
        var filling = Stopwatch.GetElapsedTime(started);
        var withFollowers = ManagedHeap.LiveBytes();
        var storedFollowers = state.StoredBytes;
        started = Stopwatch.GetTimestamp();
        content.FillFeeds(state);
        filling += Stopwatch.GetElapsedTime(started);
        var full = ManagedHeap.LiveBytes();
        var fullCollection = ManagedHeap.TimeCollection();
        var measured = new StateMeasurement
        {
            Users = users,
            Edges = content.Edges,
            Entries = content.Entries,
            FollowerBytes = withFollowers - empty,
            FeedBytes = full - withFollowers,
            StoredFollowerBytes = storedFollowers,
            StoredFeedBytes = state.StoredBytes - storedFollowers,
            Objects = countObjects ? ReachableObjects.CountFrom(state) : null,
            EmptyCollection = emptyCollection,
            FullCollection = fullCollection,
            Filling = filling,
        };
        GC.KeepAlive(state);
        return measured;
    }
}
