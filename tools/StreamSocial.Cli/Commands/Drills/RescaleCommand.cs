using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.Rescale;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill rescale</c>.</summary>
internal sealed class RescaleCommand : TopologyDrillCommand<RescaleReport>
{
    private readonly Option<int[]> _steps = StepsOption.Create("How many feed generators there are, one after the other", 1, 2, 4, 3, 1);

    public RescaleCommand(IAnsiConsole console)
        : base(console, "rescale", "Let feed generators join and leave in good order.", defaultRate: 2_000, AllSources) => Add(_steps);

    protected override Task<RescaleReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var steps = parsed.GetValue(_steps)!;
        return new RescaleDrill(CreateOptions(parsed, steps[0], steps.Max()), steps, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(RescaleReport report) => RescaleTable.Write(Console, report);
}
