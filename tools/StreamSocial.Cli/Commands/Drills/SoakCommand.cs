using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Drills.Soak;
using StreamSocial.Cli.Verification;
using StreamSocial.Replay.Synthetic;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill soak</c>.</summary>
internal sealed class SoakCommand : TopologyDrillCommand<SoakReport>
{
    /// <summary>
    /// The times after which things are forgotten, shortened so that in half an hour each passes several times, and numbers of what is kept of a user that each of them
    /// reaches soon.
    /// </summary>
    private static readonly string[] Compressed =
    [
        "--Engagement:KeepIdleFor=00:01:00", "--Streams:SourceMemory=00:04:00", "--Ingest:SourceLifetime=00:01:00", "--Actions:RememberedOwnActions=500", "--Actions:RememberedActionIds=100",
    ];

    /// <summary>Share of actions after which two users relate otherwise: in a quarter of an hour every two of them have done so several times.</summary>
    private const double RelationChangeShare = 0.2;

    /// <summary>Newest posts of a user that others act upon: all that an action concerns is still remembered.</summary>
    private const int RecentPosts = 20;

    /// <summary>Start, warm-up and all that is behind must be over before the trace is.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(10);

    private readonly Option<TimeSpan?> _for = SharedOptions.Duration("--for", "How long the load is watched, such as 10m or 1h, 30s or more; default 30m.");
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators.", 2);
    private readonly Option<int> _users = SharedOptions.Between("--users", "Users of the network, 2 to 10,000,000, who stay the same: few, so that each reaches what is kept of a user.", 2, 10_000_000, 40);

    public SoakCommand(IAnsiConsole console)
        : base(
            console, "soak",
            "Run a steady load for long, with what is kept for days kept for minutes, and watch whether memory and stores still grow in the second half of the time.",
            defaultRate: 300, ["process", "embedded"])
    {
        foreach (var option in new Option[] { _for, _replicas, _users })
            Add(option);
    }

    protected override async Task<SoakReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var length = parsed.GetValue(_for) ?? TimeSpan.FromMinutes(30);
        if (length < SoakDrill.LeastLength)
            throw new UsageException($"--for is {length.TotalSeconds:0.###} s, in whose second half there is too little to see: give {SoakDrill.LeastLength.TotalSeconds:0}s or more.");
        var (replicas, rate, now) = (parsed.GetValue(_replicas), RateOf(parsed), Time.GetUtcNow());
        var trace = new SyntheticTraceOptions
        {
            Seed = SeedOf(parsed), Users = parsed.GetValue(_users), InteractionsPerAction = 0, ActionsPerSecond = rate, Length = length + Reserve, SpikeLength = TimeSpan.Zero,
            RelationChangeShare = RelationChangeShare, RecentPosts = RecentPosts,
        };
        var options = new DrillOptions
        {
            Topology = CreateTopology(parsed, replicas, replicas, Compressed),
            OpenTrace = round => new SyntheticTrace(trace, now - trace.Length, round),
            Rate = rate,
            Seed = SeedOf(parsed),
            ReadBack = new ReadBackScope(Counters: false),
        };
        return await new SoakDrill(options, length, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(SoakReport report) => SoakTable.Write(Console, report);

    protected override string WhyNot(string source) => "The drill measures the processes of this machine.";
}
