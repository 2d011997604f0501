using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Tasks;
using StreamSocial.Events.Stages;

namespace StreamSocial.Cli.Commands;

/// <summary><c>tasks</c>: tasks that stopped alone, and the way out for those that cannot go on by themselves.</summary>
internal sealed class TasksCommand : Command
{
    public TasksCommand(IAnsiConsole console)
        : base("tasks", "List tasks that stopped alone while the others go on, or let one go on elsewhere in its input.")
    {
        Add(new TasksListCommand(console));
        Add(new TasksResetCommand(console));
    }
}

/// <summary><c>tasks list</c>: failed tasks with their reasons.</summary>
internal sealed class TasksListCommand : Command
{
    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public TasksListCommand(IAnsiConsole console)
        : base("list", "List failed tasks: whose they are, since when, how often they failed in a row, when they are tried again, and why they failed. The exit code is 1 if there are any.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var failed = await FailedTasks.ReadAsync(SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!), cancellationToken);
        FailedTaskTable.Write(_console, failed);
        await json.WriteAsync(failed, cancellationToken);
        return failed.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}

/// <summary><c>tasks reset</c>: lets a failed task go on at another position.</summary>
internal sealed class TasksResetCommand : Command
{
    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<string> _task = new("--task") { Description = "The failed task, for example user-actions/12.", HelpName = "TOPIC/PARTITION", Required = true };
    private readonly Option<string> _to = new("--to")
    {
        Description = "First offset that it processes then: a number, or the earliest or latest that the input has.", HelpName = "OFFSET|earliest|latest", Required = true,
    };

    private readonly Option<bool> _dropState = new("--drop-state")
    {
        Description = "Begin with an empty state, for one that is damaged or gone. What it held is lost, except for what the input from the new position on makes again.",
    };

    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask." };
    private readonly IAnsiConsole _console;

    public TasksResetCommand(IAnsiConsole console)
        : base(
            "reset",
            "Let a failed task go on at another position of its input. What would be skipped or processed again is shown first, and the group's name has to be typed. "
            + "The task's owner does it at its next try.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_task);
        Add(_to);
        Add(_dropState);
        Add(_yes);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        var failed = await FailedTasks.ReadAsync(settings, cancellationToken);
        var name = parsed.GetValue(_task)!;
        var task = failed.FirstOrDefault(task => task.Name == name)
            ?? throw new UsageException($"Task {name} has not failed, and a task that runs is not reset. 'tasks list' shows those that failed: {(failed.Count == 0 ? "none" : string.Join(", ", failed.Select(task => task.Name)))}.");
        var reset = new TaskReset(settings, task);
        var plan = reset.Plan(ParseTarget(parsed.GetValue(_to)!), parsed.GetValue(_dropState));
        _console.WriteLine(plan.Describe());
        var isConfirmed = parsed.GetValue(_yes);
        if (!isConfirmed && Console.IsInputRedirected)
            throw new UsageException("This needs a confirmation: give --yes, or run it in a terminal.");
        if (!isConfirmed && !await ConfirmAsync(_console, cancellationToken))
        {
            _console.WriteLine("Nothing was changed.");
            return ExitCodes.Failed;
        }
        // A person takes any time to answer. A reset would wait in the changelog of a task that runs, and be done at its next restore.
        if (!isConfirmed && !task.IsAmong(await FailedTasks.ReadAsync(settings, cancellationToken)))
            throw new ToolException($"Task {name} has gone on, moved or failed anew meanwhile, so nothing was changed. 'tasks list' shows how it is now.");
        await reset.WriteAsync(plan, cancellationToken);
        _console.WriteLine($"Written. {plan.Outcome} 'tasks list' shows when it is no longer failed.");
        return ExitCodes.Done;
    }

    /// <summary>Asks for the group's name.</summary>
    public static async Task<bool> ConfirmAsync(IAnsiConsole console, CancellationToken cancellationToken)
    {
        var prompt = new TextPrompt<string>($"Type the group's name ({FeedGeneratorStages.ApplicationId}) to do it:").AllowEmpty();
        return await prompt.ShowAsync(console, cancellationToken) == FeedGeneratorStages.ApplicationId;
    }

    private static Offset ParseTarget(string text) => text switch
    {
        "earliest" => Offset.Beginning,
        "latest" => Offset.End,
        _ => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? new Offset(offset)
            : throw new UsageException($"--to is '{text}'; give an offset, earliest or latest."),
    };
}
