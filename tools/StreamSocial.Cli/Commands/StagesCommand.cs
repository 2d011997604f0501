using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using StreamSocial.Cli.Operations;
using StreamSocial.Cli.Output;
using StreamSocial.Operations.Stages;

namespace StreamSocial.Cli.Commands;

/// <summary><c>stages</c>: which stages are paused, and pausing and resuming them.</summary>
internal sealed class StagesCommand : Command
{
    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public StagesCommand(IAnsiConsole console)
        : base("stages", "List the stages and whether they are paused, or pause and resume one. A paused stage stays paused over restarts.")
    {
        _console = console;
        // Asked for once: a subcommand's own option would leave this one unset, which is an error.
        _bootstrap.Recursive = true;
        Add(_bootstrap);
        Add(_json);
        Add(new StagePauseCommand(console, _bootstrap, isPaused: true));
        Add(new StagePauseCommand(console, _bootstrap, isPaused: false));
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        await using var session = await StageSession.OpenAsync(SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!), cancellationToken);
        var stages = session.Stages.List();
        var table = new Table().AddColumns("Stage", "Input", "State", "Since", "By", "Reason", "Members that pause", "Partitions still to move");
        foreach (var stage in stages)
        {
            table.AddRow(
                Markup.Escape(stage.Name), Markup.Escape(stage.Input), stage.IsPaused ? "paused" : "running",
                stage.Since?.ToString("u", CultureInfo.InvariantCulture) ?? "", Markup.Escape(stage.By ?? ""), Markup.Escape(stage.Reason ?? ""),
                $"{stage.PausedMembers} of {stage.Members}", $"{stage.UnmovedPartitions}");
        }
        _console.Write(table);
        await json.WriteAsync(stages, cancellationToken);
        return ExitCodes.Done;
    }
}

/// <summary><c>stages pause</c> and <c>stages resume</c>.</summary>
internal sealed class StagePauseCommand : Command
{
    private readonly Option<string?> _bootstrap;
    private readonly Argument<string> _stage = new("STAGE") { Description = "The stage, for example feeds." };
    private readonly Option<string?> _reason = new("--reason") { Description = "Why; shown wherever the stage is.", HelpName = "TEXT" };
    private readonly IAnsiConsole _console;
    private readonly bool _isPaused;

    public StagePauseCommand(IAnsiConsole console, Option<string?> bootstrap, bool isPaused)
        : base(
            isPaused ? "pause" : "resume",
            isPaused ? "Stop processing a stage's input on all replicas, until it is resumed; its state stays readable." : "Let a paused stage go on where it stopped.")
    {
        (_console, _bootstrap, _isPaused) = (console, bootstrap, isPaused);
        Add(_stage);
        Add(_reason);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (stage, reason) = (parsed.GetValue(_stage)!, parsed.GetValue(_reason));
        await using var session = await StageSession.OpenAsync(SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!), cancellationToken);
        try
        {
            session.Stages.Find(stage);
            var done = await session.Recorded.RunAsync(
                $"stage-{Name}", stage, string.IsNullOrEmpty(reason) ? new Dictionary<string, string>() : new() { ["reason"] = reason },
                token => session.Stages.SetPausedAsync(stage, _isPaused, Environment.UserName, reason, token),
                now => now.IsPaused ? $"{now.Name} is paused." : $"{now.Name} goes on.", cancellationToken);
            _console.WriteLine(done.IsPaused ? $"{done.Name} is paused, until 'stages resume {done.Name}'." : $"{done.Name} goes on.");
            return ExitCodes.Done;
        }
        catch (StageOperationException e)
        {
            throw StageSession.Translate(e);
        }
    }
}
