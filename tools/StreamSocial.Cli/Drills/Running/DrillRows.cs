using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Drills.Running;

/// <summary>Shows what all drills report, and how cells that passed or failed look.</summary>
internal static class DrillRows
{
    /// <param name="console">Where to.</param>
    /// <param name="summary">What the drill came to.</param>
    /// <param name="rateMatters">Whether the drill fails when the trace did not run at its rate.</param>
    public static void WriteSummary(IAnsiConsole console, DrillSummary summary, bool rateMatters)
    {
        var table = new Table().AddColumns("Drill", "").HideHeaders();
        table.AddRow("trace", Markup.Escape(summary.Trace));
        table.AddRow("topology, seed", Markup.Escape($"{summary.Topology}, {summary.Seed}"));
        table.AddRow("actions", Cell(summary.Actions == summary.ExpectedActions, $"{summary.Actions:N0} of {summary.ExpectedActions:N0}"));
        table.AddRow("deliveries", $"{summary.Deliveries:N0}");
        table.AddRow("actions/s wanted, over the whole drill", $"{summary.WantedRate:N0}, {Cell(summary.HeldRate, TextFormat.Number(summary.Replay.Rate), rateMatters ? "red" : "yellow")}");
        table.AddRow("actions/s acknowledged, processed in the steady state", $"{summary.Steady.AcknowledgedRate:N0}, {summary.Steady.ProcessedRate:N0}");
        table.AddRow("pause of a partition in the steady state p50, p99", $"{TextFormat.Milliseconds(summary.Steady.PauseP50)}, {TextFormat.Milliseconds(summary.Steady.PauseP99)}");
        RunRows.AddReplay(table, summary.Replay);
        table.AddEmptyRow();
        OutcomeRows.AddTo(table, summary.Outcome);
        table.AddEmptyRow();
        RunRows.AddUsage(table, summary.PeakBytes, summary.Processes, summary.StolenShare, summary.Hardware);
        console.Write(table);
        RunRows.WriteExamples(console, summary.Outcome);
    }

    public static void WriteVerdict(IAnsiConsole console, bool passed) =>
        console.MarkupLine(passed ? "[green]The drill held.[/]" : "[red]The drill did not hold: see what is red.[/]");

    /// <summary>A cell's text, green or in another colour.</summary>
    public static string Cell(bool good, string text, string otherwise = "red") => $"[{(good ? "green" : otherwise)}]{Markup.Escape(text)}[/]";

    /// <summary>A duration that may not have come to an end.</summary>
    public static string Duration(TimeSpan? value, string unknown = "unknown") => value is { } known ? TextFormat.Seconds(known) : unknown;
}
