using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using StreamSocial.Cli.Operations;
using StreamSocial.Cli.Output;
using StreamSocial.Operations.Stages;

namespace StreamSocial.Cli.Commands;

/// <summary><c>offsets</c>: where a stage's tasks go on in its input.</summary>
internal sealed class OffsetsCommand : Command
{
    public OffsetsCommand(IAnsiConsole console)
        : base("offsets", "Let a stage go on elsewhere in its input.") => Add(new OffsetsResetCommand(console));
}

/// <summary><c>offsets reset</c>: shows what a reset would do, and does it when it is confirmed.</summary>
internal sealed class OffsetsResetCommand : Command
{
    private const int ShownPartitions = 20;

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Argument<string> _stage = new("STAGE") { Description = "The stage, for example feeds." };
    private readonly Option<string> _to = new("--to") { Description = $"Where it goes on: {ResetPosition.Forms}.", HelpName = "POSITION", Required = true };
    private readonly Option<string?> _partitions = new("--partitions") { Description = "Only these partitions, such as 0-4,7; default all.", HelpName = "LIST" };
    private readonly Option<string?> _confirm = new("--confirm") { Description = "The group's name: do it. Without it only the preview is shown, and nothing is changed.", HelpName = "GROUP" };
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public OffsetsResetCommand(IAnsiConsole console)
        : base("reset", "Show how many records of a stage's input would be skipped or processed again, and with --confirm do it. The state is kept.")
    {
        _console = console;
        Add(_stage);
        foreach (var option in new Option[] { _to, _partitions, _confirm, _bootstrap, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var (stage, confirm) = (parsed.GetValue(_stage)!, parsed.GetValue(_confirm));
        try
        {
            var (to, partitions) = (ResetPosition.Parse(parsed.GetValue(_to)!), PartitionList.Parse(parsed.GetValue(_partitions)));
            await using var session = await StageSession.OpenAsync(SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!), cancellationToken);
            var plan = await session.Stages.PlanAsync(stage, to, partitions, cancellationToken);
            Write(plan);
            await json.WriteAsync(plan, cancellationToken);
            if (confirm is null)
            {
                _console.WriteLine($"Nothing was changed; --confirm {plan.Group} does it.");
                return ExitCodes.Done;
            }
            session.Stages.CheckConfirmation(confirm);
            var outcome = await session.Recorded.RunAsync(
                "offsets-reset", stage, new Dictionary<string, string> { ["to"] = plan.To, ["partitions"] = parsed.GetValue(_partitions) ?? "all" },
                token => session.Stages.ApplyAsync(plan, token), outcome => outcome.Description, cancellationToken);
            _console.WriteLine(outcome.Description);
            return ExitCodes.Done;
        }
        catch (StageOperationException e)
        {
            throw StageSession.Translate(e);
        }
    }

    private void Write(ResetPlan plan)
    {
        var table = new Table().AddColumns("Partition", "Offsets", "Position", "Goes on at", "Skipped", "Repeated");
        foreach (var partition in plan.Partitions.Take(ShownPartitions))
        {
            table.AddRow(
                $"{partition.Partition}", $"{Text(partition.First)} to {Text(partition.End)}", Text(partition.Position), Text(partition.Target), Text(partition.Skipped), Text(partition.Repeated));
        }
        _console.Write(table);
        if (plan.Partitions.Count > ShownPartitions)
            _console.WriteLine($"and {plan.Partitions.Count - ShownPartitions} more partitions; --json has them all.");
        foreach (var sentence in plan.Meaning)
            _console.WriteLine(sentence);
    }

    private static string Text(long? offset) => offset?.ToString("N0", CultureInfo.InvariantCulture) ?? "unknown";
}
