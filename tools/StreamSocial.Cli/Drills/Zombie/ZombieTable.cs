using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.Zombie;

/// <summary>Shows what came of freezing replicas.</summary>
internal static class ZombieTable
{
    public static void Write(IAnsiConsole console, ZombieReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: true);
        var table = new Table().AddColumns("Freeze", "Replica", "At", "Partitions", "Taken over after", "Frozen for", "Longest pause", "Checkpoints fenced", "Repeats dropped");
        foreach (var found in report.Times)
        {
            table.AddRow(
                $"{found.Number}",
                found.Replica,
                TextFormat.Seconds(found.At),
                $"{found.Partitions}",
                TextFormat.Seconds(found.TakenOverAfter),
                TextFormat.Seconds(found.FrozenFor),
                TextFormat.Milliseconds(found.LongestPause),
                found.CheckpointsFenced is { } fenced ? $"{fenced}" : "unknown",
                found.DuplicatesDropped is { } dropped ? $"{dropped}" : "unknown");
        }

        console.Write(table);
        if (!report.ProvokedFencing)
            console.MarkupLine("[red]No zombie tried a late checkpoint, so this run does not show that one is refused.[/]");
        DrillRows.WriteVerdict(console, report.Passed);
    }
}
