using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.Blackout;

/// <summary>What came of blackouts.</summary>
internal sealed record BlackoutReport(DrillSummary Summary, int WantedBlackouts, IReadOnlyList<BlackoutFinding> Blackouts) : IDrillReport
{
    [JsonInclude]
    public bool Passed => Summary.IsEqual && Blackouts.Count == WantedBlackouts && Blackouts.All(blackout => blackout.FullRateAfter is not null);
}

/// <summary>What one blackout did.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="What">What was killed.</param>
/// <param name="Killed">Number of resources killed.</param>
/// <param name="At">When, since the drill began.</param>
/// <param name="StartedAfter">Until the AppHost had started all of them again.</param>
/// <param name="HealthyAfter">Until everything was healthy, with its partitions restored and going on.</param>
/// <param name="WorstGap">Longest time between two acknowledgements.</param>
/// <param name="FullRateAfter">Until actions were acknowledged at the full rate again; null when that was not seen.</param>
internal sealed record BlackoutFinding(
    int Number, string What, int Killed, TimeSpan At, TimeSpan StartedAfter, TimeSpan HealthyAfter, TimeSpan? WorstGap, TimeSpan? FullRateAfter);

/// <summary>Shows what came of blackouts.</summary>
internal static class BlackoutTable
{
    public static void Write(IAnsiConsole console, BlackoutReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: false);
        var table = new Table().AddColumns("Blackout", "of", "Killed", "At", "Started after", "Healthy after", "Worst gap between acks", "Full rate after");
        foreach (var blackout in report.Blackouts)
        {
            table.AddRow(
                $"{blackout.Number}",
                blackout.What,
                $"{blackout.Killed}",
                TextFormat.Seconds(blackout.At),
                TextFormat.Seconds(blackout.StartedAfter),
                TextFormat.Seconds(blackout.HealthyAfter),
                TextFormat.Milliseconds(blackout.WorstGap),
                DrillRows.Cell(blackout.FullRateAfter is not null, DrillRows.Duration(blackout.FullRateAfter, "not seen")));
        }

        console.Write(table);
        DrillRows.WriteVerdict(console, report.Passed);
    }
}
