using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.HotKey;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill hotkey</c>.</summary>
internal sealed class HotKeyCommand : TopologyDrillCommand<HotKeyReport>
{
    private readonly Option<int> _capacity = SharedOptions.AtLeastOne("--capacity", "Entries per second that a replica may process: less than the hot content gets, and enough for all replicas together.", 500);
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators while it is measured; two or more.", 2);
    private readonly Option<int> _window = SharedOptions.Seconds("--window", "Seconds for which it is measured.", 30);

    public HotKeyCommand(IAnsiConsole console)
        : base(
            console,
            "hotkey",
            FormattableString.Invariant($"Put {HotKeyOptions.HotShare * 100:0} % of the load on one content, with ingest's salting off and then on, and compare records and ages of the partitions; also rescale while it is on. ")
            + FormattableString.Invariant($"Holds if all counts are exact and salting brings max/mean of a partition down by {HotKeyReport.NeededSpreadGain}x and the oldest record's age by {HotKeyReport.NeededAgeGain}x."),
            defaultRate: 700,
            ["containers", "process", "embedded"])
    {
        foreach (var option in new Option[] { _capacity, _replicas, _window })
            Add(option);
    }

    protected override Task<HotKeyReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (rate, capacity, replicas) = (RateOf(parsed), parsed.GetValue(_capacity), parsed.GetValue(_replicas));
        Check(rate, capacity, replicas);
        var options = new HotKeyOptions
        {
            // Balanced by topic: by the sum over all topics, one replica may own all of content-interactions, and salting would relieve nobody.
            Topology = CreateTopology(parsed, replicas, replicas, "--Streams:RemoteAssignor=range"),
            Replicas = replicas,
            Capacity = capacity,
            Rate = rate,
            Seed = SeedOf(parsed),
            Window = TimeSpan.FromSeconds(parsed.GetValue(_window)),
        };
        return new HotKeyDrill(options, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(HotKeyReport report) => HotKeyTable.Write(Console, report);

    protected override string WhyNot(string source) => "The drill starts two topologies, and each needs a cluster without the other's state.";

    /// <exception cref="UsageException">With these numbers nothing would show.</exception>
    private static void Check(double rate, int capacity, int replicas)
    {
        if (replicas < 2)
            throw new UsageException("--replicas must be 2 or more: with one, all partitions share its capacity, and salting relieves nobody.");
        if (rate * HotKeyOptions.HotShare <= capacity)
            throw new UsageException(FormattableString.Invariant($"--rate {rate} brings the hot content {rate * HotKeyOptions.HotShare:0.#} events/s, which a replica of --capacity {capacity} holds: nothing would show."));
        if (rate >= (double)replicas * capacity)
            throw new UsageException(FormattableString.Invariant($"--rate {rate} is more than --replicas {replicas} of --capacity {capacity} hold together: salting could not help."));
    }
}
