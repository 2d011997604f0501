using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Topology;
using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary>A drill of the whole topology: what it starts with.</summary>
internal abstract class TopologyDrillCommand<TReport> : KafkaDrillCommand<TReport>
    where TReport : IDrillReport
{
    private readonly Option<double?> _rate;
    private readonly Option<TopologyProfile?> _profile = SharedOptions.Profile("small");
    private readonly Option<int> _seed = SharedOptions.Seed("Seed of the random choices and of synthetic events.");
    private readonly Option<FileInfo?> _appHost = SharedOptions.AppHost();
    private readonly Option<string[]> _set = SharedOptions.Set();
    private readonly double _defaultRate;

    protected TopologyDrillCommand(IAnsiConsole console, string name, string description, double defaultRate, IReadOnlyList<string> sources)
        : base(console, name, description, sources)
    {
        _defaultRate = defaultRate;
        _rate = SharedOptions.Positive("--rate", $"Events per second; default {defaultRate:N0}.");
        foreach (var option in new Option[] { _rate, _profile, _seed, _appHost, _set })
            Add(option);
    }

    protected double RateOf(ParseResult parsed) => parsed.GetValue(_rate) ?? _defaultRate;

    protected int SeedOf(ParseResult parsed) => parsed.GetValue(_seed);

    /// <param name="parsed">The command line.</param>
    /// <param name="initial">Feed generators at the start.</param>
    /// <param name="maximum">Most feed generators.</param>
    /// <param name="further">Further arguments of the AppHost; what the user sets goes over them.</param>
    protected TopologyOptions CreateTopology(ParseResult parsed, int initial, int maximum, params IEnumerable<string> further) => new()
    {
        Kafka = parsed.GetValue(Kafka)!,
        // On every cluster: thousands of partitions on one machine would try the machine, not the runtime.
        Profile = parsed.GetValue(_profile) ?? TopologyProfile.Small,
        InitialReplicas = initial,
        MaximumReplicas = maximum,
        AppHost = parsed.GetValue(_appHost),
        Log = new FileInfo(Path.Combine(ProgramLocator.LogFolder().FullName, $"drill-{Name}-{Time.GetUtcNow():yyyyMMdd-HHmmss}.log")),
        // Positions are as fine as the members' reports.
        FurtherArguments = ["--Streams:ReportInterval=00:00:00.1", .. further, .. parsed.GetValue(_set)!.Select(setting => $"--{setting}")],
    };
}
