using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.HotKey;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill hotkey</c>.</summary>
internal sealed class HotKeyCommand : TopologyDrillCommand<HotKeyReport>
{
    private readonly Option<int> _capacity = SharedOptions.AtLeastOne("--capacity", "Entries per second that a replica may process: less than the hot content gets, and enough for all replicas together.", 500);
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators while it is measured; two or more.", 2);
    private readonly Option<int> _window = SharedOptions.AtLeastOne("--window", "Seconds for which it is measured.", 30);

    public HotKeyCommand(IAnsiConsole console)
        : base(
            console,
            "hotkey",
            FormattableString.Invariant($"Put {HotKeyOptions.HotShare * 100:0} % of the load on one content, with ingest's salting off and then on, and compare records and ages of the partitions; also rescale while it is on. ")
            + FormattableString.Invariant($"Holds if all counts are exact and salting brings max/mean of a partition down by {HotKeyReport.NeededSpreadGain}x and the oldest record's age by {HotKeyReport.NeededAgeGain}x."),
            defaultRate: 700,
            AllSources)
    {
        foreach (var option in new Option[] { _capacity, _replicas, _window })
            Add(option);
        SharedOptions.CheckTogether(this, result =>
        {
            var (rate, capacity, replicas) = (RateOf(result), result.GetValue(_capacity), result.GetValue(_replicas));
            if (replicas < 2)
                result.AddError("--replicas must be 2 or more: with one, all partitions share its capacity, and salting relieves nobody.");
            else if (rate * HotKeyOptions.HotShare <= capacity)
                result.AddError(FormattableString.Invariant($"--rate {rate} brings the hot content {rate * HotKeyOptions.HotShare:0.#} events/s, which a replica of --capacity {capacity} holds: nothing would show."));
            else if (rate >= (double)replicas * capacity)
                result.AddError(FormattableString.Invariant($"--rate {rate} is more than --replicas {replicas} of --capacity {capacity} hold together: salting could not help."));
        });
    }

    protected override Task<HotKeyReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        var options = new HotKeyOptions
        {
            // Balanced by topic: by the sum over all topics, one replica may own all of content-interactions, and salting would relieve nobody.
            Topology = CreateTopology(parsed, replicas, replicas, "--Streams:RemoteAssignor=range"),
            Replicas = replicas,
            Capacity = parsed.GetValue(_capacity),
            Rate = RateOf(parsed.CommandResult),
            Seed = SeedOf(parsed),
            Window = TimeSpan.FromSeconds(parsed.GetValue(_window)),
        };
        return new HotKeyDrill(options, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(HotKeyReport report) => HotKeyTable.Write(Console, report);
}
