using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.Rescale;

/// <summary>Shows what came of changing the number of replicas.</summary>
internal static class RescaleTable
{
    public static void Write(IAnsiConsole console, RescaleReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: true);
        var table = new Table().AddColumns(
            "Replicas", "At", "Moved", "Minimum", "Restored", "of them warm", "KiB restored", "KiB of state moved", "Longest pause, moved", "Longest pause, others", "allowed", "Settled after");
        foreach (var step in report.Steps)
        {
            table.AddRow(
                $"{step.From} to {step.To}",
                TextFormat.Seconds(step.At),
                $"{step.Moved}",
                $"{step.MinimumMoves}",
                TextFormat.Count(step.Restored),
                TextFormat.Count(step.Warm),
                KibiBytes(step.RestoredBytes),
                KibiBytes(step.StateBytes),
                TextFormat.Milliseconds(step.LongestPauseOfMoved),
                DrillRows.Cell(step.LeftOthersAlone, step.LongestPauseOfOthers is null ? "none" : TextFormat.Milliseconds(step.LongestPauseOfOthers)),
                TextFormat.Milliseconds(step.AllowedPauseOfOthers),
                TextFormat.Seconds(step.SettledAfter));
        }

        console.Write(table);
        DrillRows.WriteVerdict(console, report.Passed);
    }

    private static string KibiBytes(long? bytes) => bytes is { } known ? $"{known / 1024.0:N0}" : "unknown";
}
