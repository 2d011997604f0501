using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.Soak;

/// <summary>What came of a long run.</summary>
/// <param name="Summary">What every drill reports; counters are not compared, because those of idle contents are forgotten.</param>
/// <param name="Length">How long it was watched.</param>
/// <param name="Memory">Resident memory by kind of process.</param>
/// <param name="Stores">Entries by store, over all tasks.</param>
/// <param name="EndedProcesses">Resources whose process ended meanwhile: memory that grows until it is killed begins anew each time, and so has no slope.</param>
internal sealed record SoakReport(
    DrillSummary Summary, TimeSpan Length, IReadOnlyList<SoakFinding> Memory, IReadOnlyList<SoakFinding> Stores, IReadOnlyList<string> EndedProcesses) : IDrillReport
{
    /// <summary>Whether the memory of feed generators and of ingest was measured.</summary>
    [JsonInclude]
    public bool MeasuredServices => ProcessKind.HasServices(Memory.Select(finding => finding.Name));

    [JsonInclude]
    public bool Passed => Summary.IsEqual && MeasuredServices && EndedProcesses.Count == 0 && Stores.Count > 0 && Memory.Concat(Stores).All(finding => finding.Held);
}

/// <summary>How one figure went.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="AtFirst">Mean over the first part of the time.</param>
/// <param name="Rest">The line through the rest; null when there were too few samples.</param>
/// <param name="MaxGrowth">What the rest may gain, as a share of its mean.</param>
internal sealed record SoakFinding(string Name, double AtFirst, Slope? Rest, double MaxGrowth)
{
    /// <summary>So few entries say nothing about a slope.</summary>
    private const double Negligible = 100;

    [JsonInclude]
    public bool Held => Rest is not null && (Rest.Growth <= MaxGrowth || Rest.Mean < Negligible);

    public static SoakFinding Of(string name, IReadOnlyList<(TimeSpan At, double Value)> samples, double maxGrowth)
    {
        var from = samples[^1].At * SoakDrill.WarmUpShare;
        return new(name, samples.Where(sample => sample.At < from).Select(sample => sample.Value).DefaultIfEmpty().Average(), Slope.Of([.. samples.Where(sample => sample.At >= from)]), maxGrowth);
    }
}

/// <summary>Shows what came of a long run.</summary>
internal static class SoakTable
{
    public static void Write(IAnsiConsole console, SoakReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: false);
        Write(console, "Memory", report.Memory, bytes => $"{bytes / 1048576:N1} MiB");
        Write(console, "Store", report.Stores, entries => $"{entries:N0} entries");
        if (!report.MeasuredServices)
            console.MarkupLine("[red]The memory of feed generators or of ingest was not measured.[/]");
        if (report.EndedProcesses.Count > 0)
            console.MarkupLineInterpolated($"[red]Processes that ended: {string.Join(", ", report.EndedProcesses)}.[/]");
        DrillRows.WriteVerdict(console, report.Passed);
    }

    private static void Write(IAnsiConsole console, string of, IEnumerable<SoakFinding> findings, Func<double, string> text)
    {
        var table = new Table().AddColumns(of, "First half", "Second half", "Slope there, an hour", "Growth there", "At most");
        foreach (var finding in findings)
        {
            table.AddRow(
                Markup.Escape(finding.Name), text(finding.AtFirst), finding.Rest is { } rest ? text(rest.Mean) : "unknown", finding.Rest is { } line ? text(line.PerHour) : "unknown",
                DrillRows.Cell(finding.Held, finding.Rest is { } growth ? $"{growth.Growth:P1}" : "unknown"), $"{finding.MaxGrowth:P0}");
        }
        console.Write(table);
    }
}
