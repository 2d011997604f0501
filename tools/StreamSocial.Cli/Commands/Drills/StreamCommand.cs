using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.EventStreams;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill sse</c>.</summary>
internal sealed class StreamCommand : TopologyDrillCommand<StreamReport>
{
    private readonly Option<int> _clients = SharedOptions.AtLeastOne("--clients", "Clients that follow a feed as server-sent events.", 1_000);
    private readonly Option<int[]> _steps = StepsOption.Create("How many feed generators there are, one after the other", 2, 3, 1, 2);

    public StreamCommand(IAnsiConsole console)
        : base(console, "sse", "Let clients follow feeds as server-sent events while feed generators join and leave.", defaultRate: 1_000, AllSources)
    {
        Add(_clients);
        Add(_steps);
    }

    protected override Task<StreamReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var steps = parsed.GetValue(_steps)!;
        return new StreamDrill(CreateOptions(parsed, steps[0], steps.Max()), parsed.GetValue(_clients), steps, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(StreamReport report) => StreamTable.Write(Console, report);
}
