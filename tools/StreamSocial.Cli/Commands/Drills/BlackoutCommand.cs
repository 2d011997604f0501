using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.Blackout;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill blackout</c>.</summary>
internal sealed class BlackoutCommand : TraceDrillCommand<BlackoutReport>
{
    /// <summary>Brokers, and everything that restores from them, start on the same cores.</summary>
    private static readonly TimeSpan RecoveryTimeout = TimeSpan.FromMinutes(5);

    private readonly Option<int> _times = SharedOptions.AtLeastOne("--times", "How many blackouts of each kind.", 5);
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators.", 3);

    public BlackoutCommand(IAnsiConsole console)
        : base(
            console, "blackout",
            "Kill ingest and all feed generators in the same moment, and with --kafka process then these and all brokers; the AppHost starts everything again.",
            defaultRate: 1_000, ["process", "embedded"])
    {
        Add(_times);
        Add(_replicas);
    }

    protected override Task<BlackoutReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        var options = CreateOptions(parsed, replicas, replicas) with { RecoveryTimeout = RecoveryTimeout, StallTimeout = RecoveryTimeout };
        return new BlackoutDrill(options, parsed.GetValue(_times), Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(BlackoutReport report) => BlackoutTable.Write(Console, report);

    protected override string WhyNot(string source) => "The drill kills processes of this machine.";
}
