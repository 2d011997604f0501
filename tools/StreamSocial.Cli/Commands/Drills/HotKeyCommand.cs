using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.HotKey;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill hotkey</c>.</summary>
internal sealed class HotKeyCommand : TopologyDrillCommand<HotKeyReport>
{
    private readonly Option<int> _capacity = SharedOptions.AtLeastOne("--capacity", "Entries per second that a replica may process; well below the rate and above its share of it.", 500);
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators while it is measured; two or more.", 2);
    private readonly Option<int> _window = SharedOptions.AtLeastOne("--window", "Seconds for which it is measured.", 30);

    public HotKeyCommand(IAnsiConsole console)
        : base(
            console,
            "hotkey",
            "Put 90 % of the load on one content, with ingest's salting off and then on, and compare records and ages of the partitions; also rescale while it is on. "
            + FormattableString.Invariant($"Holds if all counts are exact and salting brings max/mean of a partition down by {HotKeyReport.NeededSpreadGain}x and the oldest record's age by {HotKeyReport.NeededAgeGain}x."),
            defaultRate: 700,
            AllSources)
    {
        _replicas.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 2)
                result.AddError("--replicas must be 2 or more: with one, all partitions share its capacity, and salting relieves nobody.");
        });
        foreach (var option in new Option[] { _capacity, _replicas, _window })
            Add(option);
    }

    protected override Task<HotKeyReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        var options = new HotKeyOptions
        {
            Topology = CreateTopology(parsed, replicas, replicas),
            Replicas = replicas,
            Capacity = parsed.GetValue(_capacity),
            Rate = RateOf(parsed),
            Seed = SeedOf(parsed),
            Window = TimeSpan.FromSeconds(parsed.GetValue(_window)),
        };
        return new HotKeyDrill(options, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(HotKeyReport report) => HotKeyTable.Write(Console, report);
}
