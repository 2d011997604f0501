using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary>A drill on a cluster that it starts: which one, and what becomes of its result.</summary>
internal abstract class KafkaDrillCommand<TReport> : Command
    where TReport : IDrillReport
{
    private readonly Option<FileInfo?> _json = SharedOptions.Json();

    protected KafkaDrillCommand(IAnsiConsole console, string name, string description, IReadOnlyList<string> sources)
        : base(name, description)
    {
        Console = console;
        Kafka = new("--kafka") { Description = "Which Kafka the drill starts with.", HelpName = string.Join('|', sources), DefaultValueFactory = _ => "process" };
        Kafka.Validators.Add(result => CheckSource(result, sources));
        Add(Kafka);
        Add(_json);
        SetAction(RunAsync);
    }

    protected IAnsiConsole Console { get; }

    protected Option<string> Kafka { get; }

    protected static TimeProvider Time => TimeProvider.System;

    /// <summary>Every source of Kafka.</summary>
    protected static IReadOnlyList<string> AllSources { get; } = ["auto", "external", "containers", "process", "embedded"];

    protected abstract Task<TReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken);

    protected abstract void Write(TReport report);

    /// <summary>Where a page with the result goes; null for a drill that draws none.</summary>
    protected virtual Option<FileInfo?>? Page => null;

    /// <summary>Draws the page.</summary>
    protected virtual string Draw(TReport report) => "";

    /// <summary>Why a source that exists is not among those of this drill.</summary>
    protected virtual string WhyNot(string source) => "";

    private void CheckSource(OptionResult result, IReadOnlyList<string> sources)
    {
        var source = result.GetValueOrDefault<string>();
        if (sources.Contains(source))
            return;
        var reason = AllSources.Contains(source) ? WhyNot(source) : "It is no source of Kafka.";
        result.AddError($"--kafka {source} cannot be used here: {reason} Use {string.Join(" or ", sources)}.");
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        await using var page = ResultFile.Open(Page is { } option ? parsed.GetValue(option) : null);
        var report = await AfterStart.HeldAsync(RunDrillAsync(parsed, cancellationToken));
        Write(report);
        await json.WriteAsync(report, cancellationToken);
        await page.WriteTextAsync(() => Draw(report), cancellationToken);
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }
}
