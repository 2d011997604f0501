using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.Hostile;
using StreamSocial.Cli.Drills.Hostile.Moves;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill hostile</c>.</summary>
internal sealed class HostileCommand : TraceDrillCommand<HostileReport>
{
    private readonly Option<double?> _pace = SharedOptions.Positive("--moves-per-second", "How fast the hostile moves follow each other; default 8.");
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators.", 2);

    public HostileCommand(IAnsiConsole console)
        : base(
            console, "hostile",
            "Send malformed, slow, foreign and forged requests, records, transactions and changes of topics beside a well-behaved load. Each has its expected answer; "
            + "nothing may end, fail, differ, or cost the load more than a twentieth of its rate. "
            + "The trend is not compared: moves that are legal have their part in it.",
            defaultRate: 500, ["process", "embedded"])
    {
        Add(_pace);
        Add(_replicas);
    }

    protected override Task<HostileReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        var options = CreateOptions(parsed, replicas, replicas, $"--ClientLimits:StreamsPerClient={StreamMoves.Allowed}") with { ReadBack = new ReadBackScope(Trend: false) };
        return new HostileDrill(options, parsed.GetValue(_pace) ?? 8, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(HostileReport report) => HostileTable.Write(Console, report);

    protected override string WhyNot(string source) => "The drill writes garbage into every topic, so it is for a cluster that it starts itself.";
}
