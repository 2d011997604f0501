using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Streams.Simulation;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill simulate</c>: thousands of schedules of faults against the runtime, without a broker.</summary>
internal sealed class SimulateCommand : Command
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    private readonly Option<int> _schedules = SharedOptions.AtLeastOne("--schedules", "Schedules to run.", 10_000);
    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Seed of the first schedule; the following ones count up. A failure names its own: --seed S --schedules 1 repeats it.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result => SharedOptions.Parse("--seed", result, 0UL, "a whole number, 0 or more"),
    };

    private readonly Option<string> _mutant = new("--mutant")
    {
        Description = "Plant a fault that must be noticed; the exit code is 1 when it is, as with any failure.",
        HelpName = string.Join('|', Enum.GetNames<Mutant>().Skip(1)),
        DefaultValueFactory = _ => nameof(Mutant.None),
    };

    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public SimulateCommand(IAnsiConsole console)
        : base("simulate", "Run a group of replicas through seeded schedules of crashes, zombies and rebalances, and compare with a sequential reference.")
    {
        _console = console;
        _mutant.AcceptOnlyFromAmong(Enum.GetNames<Mutant>());
        foreach (var option in new Option[] { _schedules, _seed, _mutant, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var options = new SimulationOptions
        {
            Seed = parsed.GetValue(_seed),
            Schedules = parsed.GetValue(_schedules),
            Mutant = Enum.Parse<Mutant>(parsed.GetValue(_mutant)!),
        };
        var next = ProgressInterval;
        var report = await Task.Run(() => SimulationRunner.Run(options, TimeProvider.System, ShowProgress, cancellationToken), CancellationToken.None);
        SimulationTable.Write(_console, report);
        await json.WriteAsync(report, CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;

        void ShowProgress(SimulationReport current)
        {
            if (current.Elapsed < next)
                return;
            next = current.Elapsed + ProgressInterval;
            var left = TimeSpan.FromSeconds((options.Schedules - current.Schedules) / current.SchedulesPerSecond);
            _console.MarkupLineInterpolated(
                $"  [grey]{TextFormat.Seconds(current.Elapsed)}[/] {current.Schedules:N0} schedules, {current.SchedulesPerSecond:N0}/s, {current.Failures.Count} failed, {TextFormat.Seconds(left)} left");
        }
    }
}
