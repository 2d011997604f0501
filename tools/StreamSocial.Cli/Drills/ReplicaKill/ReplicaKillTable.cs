using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.ReplicaKill;

/// <summary>Shows what came of killing replicas.</summary>
internal static class ReplicaKillTable
{
    public static void Write(IAnsiConsole console, ReplicaKillReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: true);
        var table = new Table().AddColumns("Kill", "Replica", "At", "Longest pause", "of", "Full rate after", "Healthy after");
        foreach (var kill in report.Kills)
        {
            table.AddRow(
                $"{kill.Number}",
                kill.Replica,
                TextFormat.Seconds(kill.At),
                TextFormat.Milliseconds(kill.LongestPause),
                kill.LongestPausePartition ?? "",
                DrillRows.Cell(kill.FullRateAfter is not null, DrillRows.Duration(kill.FullRateAfter, "not seen")),
                TextFormat.Seconds(kill.HealthyAfter));
        }

        console.Write(table);
        DrillRows.WriteVerdict(console, report.Passed);
    }
}
