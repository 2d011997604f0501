using System.Globalization;
using Spectre.Console;
using StreamSocial.Cli.Distribution;

namespace StreamSocial.Cli.Output;

/// <summary>Shows how key strategies compare.</summary>
internal static class KeyComparisonTable
{
    public static void Write(IAnsiConsole console, KeyComparisonReport report)
    {
        console.MarkupLineInterpolated(
            $"{report.Trace} in {report.Topic}: {report.Records:N0} records over {report.Partitions:N0} partitions; {report.HotContents:N0} hot contents");
        var table = new Table().AddColumns("Strategy", "Records", "Used", "Max", "Mean", "Max/mean", "CV", "Hottest key", "Within 20 %");
        foreach (var index in new[] { 1, 2, 3, 4, 5, 6, 7 })
            table.Columns[index].RightAligned();
        foreach (var spread in report.Strategies)
        {
            table.AddRow(
                spread.Strategy == report.Judged ? $"[bold]{spread.Strategy}[/]" : spread.Strategy,
                $"{report.Records:N0}",
                $"{spread.Used:N0}",
                $"{spread.Max:N0}",
                TextFormat.Number(spread.Mean),
                Ratio(spread.MaxToMean),
                Ratio(spread.CoefficientOfVariation),
                spread.HottestKey is { } key ? Markup.Escape($"{key} {TextFormat.Percent(spread.HottestKeyShare)}") : "unknown",
                spread.IsWithinTolerance switch { true => "[green]yes[/]", false => "[red]no[/]", null => "unknown" });
        }

        console.Write(table);
        console.MarkupLine(report.Passed ? $"[green]{report.Judged} is within 20 %.[/]" : $"[red]{report.Judged} is not within 20 %.[/]");
    }

    private static string Ratio(double? value) => value is { } known ? known.ToString("0.00", CultureInfo.InvariantCulture) : "unknown";
}

/// <summary>A line of progress every few seconds: readable in a terminal and in a log alike.</summary>
internal sealed class ReadProgressLines(IAnsiConsole console, TimeProvider time) : IProgress<ReadProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next = Interval;

    /// <inheritdoc/>
    public void Report(ReadProgress value)
    {
        var elapsed = time.GetElapsedTime(_start);
        if (elapsed < _next)
            return;
        _next = elapsed + Interval;
        var part = value.Fraction is { } fraction ? $" ({TextFormat.Percent(fraction)})" : "";
        console.MarkupLineInterpolated($"  [grey]{TextFormat.Seconds(elapsed)}[/] {value.Step}: {value.Events:N0} events{part}");
    }
}
