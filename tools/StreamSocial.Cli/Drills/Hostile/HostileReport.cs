using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.Hostile;

/// <summary>What came of the hostile moves.</summary>
internal sealed record HostileReport : IDrillReport
{
    /// <summary>Least share of the goodput alone that the load keeps beside the moves.</summary>
    public const double LeastGoodput = 0.95;

    /// <summary>Most memory of each of our services, in bytes.</summary>
    public const long MemoryBound = 1024L * 1024 * 1024;

    public required DrillSummary Summary { get; init; }

    public required IReadOnlyList<HostileFamily> Families { get; init; }

    /// <summary>Actions of the load acknowledged per second, alone; null when unknown.</summary>
    public required double? QuietRate { get; init; }

    /// <summary>The same beside the moves.</summary>
    public required double? AttackRate { get; init; }

    /// <summary>Resources whose process ended meanwhile.</summary>
    public required IReadOnlyList<string> EndedProcesses { get; init; }

    /// <summary>Tasks that failed and do not run.</summary>
    public required IReadOnlyList<string> FailedTasks { get; init; }

    /// <summary>Dead letters that the moves must have led to, and those that there are.</summary>
    public required int ExpectedDeadLetters { get; init; }

    public required int DeadLetters { get; init; }

    /// <summary>
    /// Share of the load that remains beside the moves: of the rate alone, and of the wanted one where the load was above it, since it was catching up then and would
    /// not have gone on so. Null when unknown, which it is when the load alone did not reach its rate: against a load that stalls every share would hold.
    /// </summary>
    [JsonInclude]
    public double? Goodput => QuietRate is { } quiet && ReachedRateAlone ? AttackRate / Math.Min(quiet, Summary.WantedRate) : null;

    /// <summary>Whether the load alone ran at the wanted rate.</summary>
    [JsonInclude]
    public bool ReachedRateAlone => QuietRate >= Summary.FullShare * Summary.WantedRate;

    /// <summary>Most memory that one of our services had; null when unknown, which it is when feed generators or ingest were not measured.</summary>
    [JsonInclude]
    public long? LargestService => ProcessKind.HasServices(Summary.Processes.Select(process => process.Kind))
        ? Summary.Processes.Where(process => process.Kind.StartsWith(ProcessKind.ServicePrefix, StringComparison.Ordinal)).Max(process => process.PeakBytes)
        : null;

    [JsonInclude]
    public bool Passed => Summary.IsEqual && Families.All(family => family.Unexpected.Count == 0) && EndedProcesses.Count == 0 && FailedTasks.Count == 0
        && DeadLetters == ExpectedDeadLetters && Goodput >= LeastGoodput && LargestService <= MemoryBound;
}

/// <summary>Shows what came of the hostile moves.</summary>
internal static class HostileTable
{
    private const int ShownExamples = 5;

    public static void Write(IAnsiConsole console, HostileReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: false);
        var families = new Table().AddColumns("Hostile moves", "Tried", "As expected");
        foreach (var family in report.Families)
            families.AddRow(Markup.Escape(family.Name), $"{family.Tried}", DrillRows.Cell(family.Unexpected.Count == 0, $"{family.Tried - family.Unexpected.Count}"));
        families.AddRow("all", $"{report.Families.Sum(family => family.Tried)}", "");
        console.Write(families);
        foreach (var family in report.Families)
        {
            foreach (var example in family.Unexpected.Take(ShownExamples))
                console.MarkupLineInterpolated($"[red]{family.Name}: {example}[/]");
        }

        var table = new Table().AddColumns("Afterwards", "").HideHeaders();
        table.AddRow("actions/s of the load alone, beside the moves", $"{Rate(report.QuietRate)}, {Rate(report.AttackRate)}");
        table.AddRow(
            $"goodput, {TextFormat.Percent(HostileReport.LeastGoodput)} is the least",
            DrillRows.Cell(report.Goodput >= HostileReport.LeastGoodput, report.Goodput is { } goodput ? TextFormat.Percent(goodput) : "unknown"));
        table.AddRow("processes that ended", Names(report.EndedProcesses));
        table.AddRow("failed tasks", Names(report.FailedTasks));
        table.AddRow("dead letters", DrillRows.Cell(report.DeadLetters == report.ExpectedDeadLetters, $"{report.DeadLetters} of {report.ExpectedDeadLetters}"));
        table.AddRow(
            $"largest service, {TextFormat.MegaBytes(HostileReport.MemoryBound)} is the most",
            DrillRows.Cell(report.LargestService <= HostileReport.MemoryBound, report.LargestService is { } bytes ? TextFormat.MegaBytes(bytes) : "unknown"));
        console.Write(table);
        if (report is { QuietRate: not null, ReachedRateAlone: false })
            console.MarkupLineInterpolated($"[red]The goodput is unknown: the load alone did not reach {TextFormat.Percent(report.Summary.FullShare)} of the wanted {report.Summary.WantedRate:N0} actions/s.[/]");
        DrillRows.WriteVerdict(console, report.Passed);
    }

    private static string Rate(double? rate) => rate is { } known ? $"{known:N0}" : "unknown";

    private static string Names(IReadOnlyList<string> names) => DrillRows.Cell(names.Count == 0, names.Count == 0 ? "none" : string.Join(", ", names));
}
