using Spectre.Console;
using StreamSocial.Streams.Simulation;

namespace StreamSocial.Cli.Output;

/// <summary>Shows what a simulation found.</summary>
internal static class SimulationTable
{
    public static void Write(IAnsiConsole console, SimulationReport report)
    {
        var counters = report.Counters;
        var table = new Table().AddColumns("Simulation", "").HideHeaders();
        table.Columns[1].RightAligned();
        table.AddRow("seeds", $"{report.Options.Seed} to {report.Options.Seed + (ulong)Math.Max(report.Schedules - 1, 0)}");
        table.AddRow("mutant", report.Options.Mutant.ToString());
        foreach (var (name, count) in new[]
        {
            ("schedules", report.Schedules),
            ("steps", counters.Steps),
            ("crashes", counters.Crashes),
            ("rebalances", counters.Rebalances),
            ("zombies", counters.Zombies),
            ("checkpoints", counters.Checkpoints),
            ("aborted transactions", counters.AbortedTransactions),
            ("torn transactions", counters.TornTransactions),
            ("tasks that failed and ran again", counters.FailedTasks),
            ("restores", counters.Restores),
            ("  of them from kept state", counters.WarmRestores),
            ("duplicates dropped", counters.DuplicatesDropped),
            ("entries checked", counters.EntriesChecked),
        })
            table.AddRow(name, $"{count:N0}");
        table.AddRow("schedules/s", $"{report.SchedulesPerSecond:N0}");
        table.AddRow("failures", report.Failures.Count == 0 ? "[green]0[/]" : $"[red]{report.Failures.Count:N0}[/]");
        console.Write(table);
        foreach (var failure in report.Failures)
        {
            console.MarkupLineInterpolated($"[red]Seed {failure.Seed}: {failure.Reason}[/]");
            foreach (var line in failure.History)
                console.MarkupLineInterpolated($"  [grey]{line}[/]");
            var mutant = report.Options.Mutant == Mutant.None ? "" : $" --mutant {report.Options.Mutant}";
            console.MarkupLineInterpolated($"  Again: streamsocial drill simulate --seed {failure.Seed} --schedules 1{mutant}");
        }
        if (report.Failures.Count > 0)
            console.MarkupLine("[red]A promise was broken.[/]");
        else if (report.Passed)
            console.MarkupLine("[green]Every promise held in every schedule.[/]");
        else
            console.MarkupLineInterpolated($"[yellow]Stopped after {report.Schedules:N0} of {report.Options.Schedules:N0} schedules; every promise held in these.[/]");
    }
}
