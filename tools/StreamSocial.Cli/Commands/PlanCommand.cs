using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Events.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Commands;

/// <summary><c>plan</c>: how many partitions each topic needs, and why.</summary>
internal sealed class PlanCommand : Command
{
    private static readonly PartitionPlannerOptions Defaults = new();
    private readonly Option<double> _target = new("--target")
    {
        Description = "Requests per second at the peak.",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.TargetRequestsPerSecond,
        CustomParser = result => SharedOptions.Parse("--target", result, 1.0, "a number, 1 or more"),
    };

    private readonly Option<int> _brokers = SharedOptions.AtLeastOne("--brokers", "Number of brokers.", Defaults.Brokers);
    private readonly Option<double> _headroom = new("--headroom")
    {
        Description = "Factor above what the target needs, 1 to 10.",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.Headroom,
        CustomParser = result => SharedOptions.Parse("--headroom", result, 1.0, "a number from 1 to 10"),
    };

    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public PlanCommand(IAnsiConsole console)
        : base("plan", "Plan partition counts: max(brokers x 2, target / per-consumer throughput) x headroom, rounded up to a multiple of the brokers.")
    {
        _console = console;
        Add(_target);
        Add(_brokers);
        Add(_headroom);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plans = Plan(new PartitionPlannerOptions
        {
            TargetRequestsPerSecond = parsed.GetValue(_target), Brokers = parsed.GetValue(_brokers), Headroom = parsed.GetValue(_headroom),
        });
        var table = new Table().AddColumns("Topic", "Entries/s", "For brokers", "For throughput", "Required", "Partitions");
        foreach (var index in new[] { 1, 2, 3, 4, 5 })
            table.Columns[index].RightAligned();
        foreach (var plan in plans)
        {
            table.AddRow(
                plan.Topic,
                TextFormat.Number(plan.EntriesPerSecond),
                TextFormat.Number(plan.ForBrokers),
                TextFormat.Number(plan.ForThroughput),
                $"{plan.Required}",
                $"[bold]{plan.Partitions}[/]");
        }

        _console.Write(table);
        foreach (var plan in plans)
            _console.MarkupLineInterpolated($"[bold]{plan.Topic}[/]: {plan.Explanation}");
        await ResultFile.WriteAsync(parsed.GetValue(_json), plans, cancellationToken);
        return ExitCodes.Done;
    }

    private static IReadOnlyList<PartitionPlan> Plan(PartitionPlannerOptions options)
    {
        try
        {
            return [.. StreamSocialTopics.Workloads.Select(workload => PartitionPlanner.Plan(workload, options))];
        }
        catch (Exception e) when (e is ValidationException or OverflowException or ArgumentException)
        {
            throw new ToolException($"No plan: {e.Message}", e);
        }
    }
}
