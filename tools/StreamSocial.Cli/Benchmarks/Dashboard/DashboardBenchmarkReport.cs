using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Benchmarks.Dashboard;

/// <summary>What both dashboards did in one span of time.</summary>
/// <param name="IdleCores">Cores that the one without viewers used.</param>
/// <param name="WatchedCores">Cores that the one with viewers used.</param>
/// <param name="LeastPerSecond">Snapshots per second of the viewer that received fewest.</param>
internal sealed record DashboardWindow(double IdleCores, double WatchedCores, double LeastPerSecond)
{
    /// <summary>Cores that the viewers cost.</summary>
    [JsonInclude]
    public double Cost => WatchedCores - IdleCores;
}

/// <summary>What viewers cost a dashboard.</summary>
internal sealed record DashboardBenchmarkReport
{
    /// <summary>Least snapshots per second of a viewer, of one that is published each second: a span of time cuts off one at most.</summary>
    public const double LeastPerSecond = 0.85;

    public required int Viewers { get; init; }

    /// <summary>Partitions in each snapshot.</summary>
    public required int Cells { get; init; }

    public required int SnapshotBytes { get; init; }

    public required IReadOnlyList<DashboardWindow> Windows { get; init; }

    /// <summary>Most cores that the viewers may cost.</summary>
    public required double Limit { get; init; }

    public required long IdleResidentBytes { get; init; }

    public required long WatchedResidentBytes { get; init; }

    public required string Hardware { get; init; }

    [JsonInclude]
    public double IdleCores => Rounds.Median(Windows.Select(window => window.IdleCores));

    [JsonInclude]
    public double WatchedCores => Rounds.Median(Windows.Select(window => window.WatchedCores));

    /// <summary>Cores that the viewers cost.</summary>
    [JsonInclude]
    public double Cost => Rounds.Median(Windows.Select(window => window.Cost));

    /// <summary>Snapshots per second of the viewer that received fewest.</summary>
    [JsonInclude]
    public double SnapshotsPerSecond => Rounds.Median(Windows.Select(window => window.LeastPerSecond));

    [JsonInclude]
    public bool Passed => Cost < Limit && SnapshotsPerSecond >= LeastPerSecond;
}

internal static class DashboardBenchmarkTable
{
    public static void Write(IAnsiConsole console, DashboardBenchmarkReport report)
    {
        var table = new Table().AddColumns($"Median of {report.Windows.Count} spans", "Without viewers", $"With {report.Viewers}", "Difference", "Limit");
        foreach (var column in table.Columns.Skip(1))
            column.RightAligned();
        table.AddRow("CPU, cores", $"{report.IdleCores:0.000}", $"{report.WatchedCores:0.000}", $"{report.Cost:0.000}", $"{report.Limit:0.000}");
        table.AddRow("resident memory", TextFormat.MegaBytes(report.IdleResidentBytes), TextFormat.MegaBytes(report.WatchedResidentBytes), TextFormat.MegaBytes(report.WatchedResidentBytes - report.IdleResidentBytes), "");
        table.AddRow("snapshots per second, of the viewer with fewest", "", $"{report.SnapshotsPerSecond:0.00}", "", $"{DashboardBenchmarkReport.LeastPerSecond:0.00}");
        console.Write(table);
        console.MarkupLineInterpolated($"{report.Cells:N0} cells, {report.SnapshotBytes:N0} bytes a snapshot; cost from {report.Windows.Min(window => window.Cost):0.000} to {report.Windows.Max(window => window.Cost):0.000} of a core, {report.Hardware}");
        console.MarkupLine(report.Passed ? "[green]The limits held.[/]" : "[red]A limit did not hold.[/]");
    }
}
