using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.Rescale;

/// <summary>What came of changing the number of replicas.</summary>
internal sealed record RescaleReport(DrillSummary Summary, IReadOnlyList<int> WantedSteps, IReadOnlyList<RescaleFinding> Steps) : IDrillReport
{
    [JsonInclude]
    public bool Passed => Summary.IsEqual && Summary.HeldRate && Steps.Count == WantedSteps.Count - 1 && Steps.All(step => step.LeftOthersAlone);
}

/// <summary>What one change of the number of replicas did.</summary>
internal sealed record RescaleFinding
{
    private const int AllowedTimesSteady = 3;

    public required int From { get; init; }

    public required int To { get; init; }

    /// <summary>When, since the drill began.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Partitions that have another owner.</summary>
    public required int Moved { get; init; }

    /// <summary>The fewest that can move.</summary>
    public required int MinimumMoves { get; init; }

    /// <summary>Partitions that were restored; more than moved when some moved more than once.</summary>
    public required long? Restored { get; init; }

    /// <summary>Bytes of changelogs that were read to restore; null when unknown.</summary>
    public required long? RestoredBytes { get; init; }

    /// <summary>Size of the states that were restored, however much of them had to be read; null when unknown.</summary>
    public required long? StateBytes { get; init; }

    /// <summary>Of the restored partitions, those whose new owner still had their state from an earlier ownership.</summary>
    public required long? Warm { get; init; }

    public required TimeSpan? LongestPauseOfMoved { get; init; }

    public required TimeSpan? LongestPauseOfOthers { get; init; }

    /// <summary>Longest time in which it was not known how much input there is: pauses can be longer by so much.</summary>
    public required TimeSpan LongestUnseen { get; init; }

    /// <summary>Undisturbed, with as many replicas as before.</summary>
    public required SteadyState SteadyBefore { get; init; }

    /// <summary>Undisturbed, with as many replicas as afterwards.</summary>
    public required SteadyState SteadyAfter { get; init; }

    /// <summary>From the request until all replicas were healthy and all partitions went on.</summary>
    public required TimeSpan SettledAfter { get; init; }

    /// <summary>
    /// Most that the pause of a partition which stays may take: three times what 99 of 100 pauses take in the steady state before or after,
    /// whichever has the longer ones. More replicas on the same machine have longer pauses with nobody joining or leaving.
    /// </summary>
    [JsonInclude]
    public TimeSpan? AllowedPauseOfOthers => AllowedTimesSteady * new[] { SteadyBefore.PauseP99, SteadyAfter.PauseP99 }.Max();

    /// <summary>Whether the partitions that stayed are known to have gone on as if nothing had happened.</summary>
    [JsonInclude]
    public bool LeftOthersAlone
    {
        get
        {
            var allowed = AllowedPauseOfOthers ?? TimeSpan.Zero;
            return (LongestPauseOfOthers ?? TimeSpan.Zero) <= allowed && LongestUnseen <= allowed;
        }
    }
}

/// <summary>Shows what came of changing the number of replicas.</summary>
internal static class RescaleTable
{
    public static void Write(IAnsiConsole console, RescaleReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: true);
        var table = new Table().AddColumns(
            "Replicas", "At", "Moved", "Minimum", "Restored", "of them warm", "KiB restored", "KiB of state moved", "Longest pause, moved", "Longest pause, others", "allowed", "Input unseen for", "Settled after");
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
                step.LongestUnseen == TimeSpan.Zero ? "-" : TextFormat.Milliseconds(step.LongestUnseen),
                TextFormat.Seconds(step.SettledAfter));
        }

        console.Write(table);
        DrillRows.WriteVerdict(console, report.Passed);
    }

    private static string KibiBytes(long? bytes) => bytes is { } known ? $"{known / 1024.0:N0}" : "unknown";
}
