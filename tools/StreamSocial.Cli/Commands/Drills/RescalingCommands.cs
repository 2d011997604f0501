using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using StreamSocial.Cli.Drills.EventStreams;
using StreamSocial.Cli.Drills.Rescale;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill rescale</c>.</summary>
internal sealed class RescaleCommand : TraceDrillCommand<RescaleReport>
{
    private readonly Option<int[]> _steps = StepsOption.Create("How many feed generators there are, one after the other", 1, 2, 4, 3, 1);

    public RescaleCommand(IAnsiConsole console)
        : base(console, "rescale", "Let feed generators join and leave in good order.", defaultRate: 2_000, AllSources) => Add(_steps);

    protected override Task<RescaleReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var steps = parsed.GetValue(_steps)!;
        return new RescaleDrill(CreateOptions(parsed, steps[0], steps.Max()), steps, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(RescaleReport report) => RescaleTable.Write(Console, report);
}

/// <summary><c>drill sse</c>.</summary>
internal sealed class StreamCommand : TraceDrillCommand<StreamReport>
{
    private readonly Option<int> _clients = SharedOptions.AtLeastOne("--clients", "Clients that follow a feed as server-sent events.", 1_000);
    private readonly Option<int[]> _steps = StepsOption.Create("How many feed generators there are, one after the other", 2, 3, 1, 2);

    public StreamCommand(IAnsiConsole console)
        : base(console, "sse", "Let clients follow feeds as server-sent events while feed generators join and leave.", defaultRate: 1_000, AllSources)
    {
        Add(_clients);
        Add(_steps);
    }

    /// <inheritdoc/>
    /// <remarks>Whether a client sees an action that is taken back soon depends on when it looks.</remarks>
    protected override bool TakesBack => false;

    protected override Task<StreamReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var steps = parsed.GetValue(_steps)!;
        return new StreamDrill(CreateOptions(parsed, steps[0], steps.Max()), parsed.GetValue(_clients), steps, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(StreamReport report) => StreamTable.Write(Console, report);
}

/// <summary>An option that names numbers of replicas, one after the other.</summary>
internal static class StepsOption
{
    private const int Most = 16;

    public static Option<int[]> Create(string description, params int[] defaults) => new("--steps")
    {
        Description = $"{description}; default {string.Join(',', defaults)}.",
        HelpName = "N,N,...",
        DefaultValueFactory = _ => defaults,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            var steps = text.Split(',').Select(step => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
            if (steps.Length >= 2 && steps.All(step => step is >= 1 and <= Most) && steps.Zip(steps.Skip(1)).All(pair => pair.First != pair.Second))
                return steps;
            result.AddError($"--steps is '{text}'; give two or more numbers from 1 to {Most}, each other than the one before it, such as 1,2,4,3,1.");
            return [];
        },
    };
}
