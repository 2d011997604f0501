using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.Zombie;

/// <summary>What came of freezing replicas and continuing them when others had taken over.</summary>
internal sealed record ZombieReport(DrillSummary Summary, int Replicas, int WantedTimes, IReadOnlyList<ZombieFinding> Times) : IDrillReport
{
    /// <summary>Whether a late checkpoint was tried at all: without one the drill proves little.</summary>
    [JsonInclude]
    public bool ProvokedFencing => Times.Sum(time => time.CheckpointsFenced) > 0;

    [JsonInclude]
    public bool Passed => Summary.IsEqual && Summary.HeldRate && Times.Count == WantedTimes && ProvokedFencing;
}

/// <summary>What one freeze did.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="Replica">Who was frozen.</param>
/// <param name="At">When, since the drill began.</param>
/// <param name="Partitions">What it owned.</param>
/// <param name="TakenOverAfter">Until others had all of it and went on.</param>
/// <param name="FrozenFor">Until it was continued.</param>
/// <param name="LongestPause">Longest pause of a partition until all went on, after the continuation too.</param>
/// <param name="CheckpointsFenced">Checkpoints that the brokers refused; null when unknown.</param>
/// <param name="DuplicatesDropped">Entries that receivers dropped as repeats: those of the zombie and those of who took over.</param>
internal sealed record ZombieFinding(
    int Number, string Replica, TimeSpan At, int Partitions, TimeSpan TakenOverAfter, TimeSpan FrozenFor, TimeSpan? LongestPause, long? CheckpointsFenced, long? DuplicatesDropped);

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
