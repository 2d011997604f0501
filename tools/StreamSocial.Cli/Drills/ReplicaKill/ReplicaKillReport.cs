using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.ReplicaKill;

/// <summary>What came of killing replicas.</summary>
internal sealed record ReplicaKillReport(
    DrillSummary Summary, int Replicas, int WantedKills, IReadOnlyList<ReplicaKillFinding> Kills, FeedReadings Readings) : IDrillReport
{
    [JsonInclude]
    public bool Passed => Summary.IsEqual && Summary.HeldRate && Kills.Count == WantedKills && Kills.All(kill => kill.FullRateAfter is not null) && Readings.NeverWentBackwards;
}

/// <summary>What one kill did.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="Replica">Who was killed.</param>
/// <param name="At">When, since the drill began.</param>
/// <param name="LongestPause">Longest pause of a partition until all went on; null when none paused.</param>
/// <param name="LongestPausePartition">Which partition that was.</param>
/// <param name="FullRateAfter">Until actions were processed at the full rate again; zero when the rate did not fall; null when it was not seen to recover.</param>
/// <param name="RestartedAfter">Until the AppHost had started the replica again, its pause before that included.</param>
/// <param name="HealthyAfter">Until all replicas were healthy again.</param>
internal sealed record ReplicaKillFinding(
    int Number, string Replica, TimeSpan At, TimeSpan? LongestPause, string? LongestPausePartition, TimeSpan? FullRateAfter, TimeSpan RestartedAfter, TimeSpan HealthyAfter);

/// <summary>Shows what came of killing replicas.</summary>
internal static class ReplicaKillTable
{
    public static void Write(IAnsiConsole console, ReplicaKillReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: true);
        var table = new Table().AddColumns("Kill", "Replica", "At", "Longest pause", "of", "Full rate after", "Restarted after", "Healthy after");
        foreach (var kill in report.Kills)
        {
            table.AddRow(
                $"{kill.Number}",
                kill.Replica,
                TextFormat.Seconds(kill.At),
                TextFormat.Milliseconds(kill.LongestPause),
                kill.LongestPausePartition ?? "",
                DrillRows.Cell(kill.FullRateAfter is not null, DrillRows.Duration(kill.FullRateAfter, "not seen")),
                TextFormat.Seconds(kill.RestartedAfter),
                TextFormat.Seconds(kill.HealthyAfter));
        }

        console.Write(table);
        var readings = new Table().AddColumns("Readers of feeds", "").HideHeaders();
        FeedReadingRows.AddTo(readings, report.Readings);
        FeedReadingRows.AddRequestsTo(readings, report.Readings.Requests);
        console.Write(readings);
        foreach (var example in report.Readings.Examples)
            console.MarkupLineInterpolated($"[red]{example}[/]");
        DrillRows.WriteVerdict(console, report.Passed);
    }
}
