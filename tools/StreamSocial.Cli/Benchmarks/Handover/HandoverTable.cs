using System.Globalization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Benchmarks.Handover;

/// <summary>Shows what came of a join and a kill, ours beside the peer's.</summary>
internal static class HandoverTable
{
    private const string Unknown = "unknown";

    public static void Write(IAnsiConsole console, HandoverReport report)
    {
        var table = new Table().AddColumns(report.Rounds.Count == 1 ? "One round" : $"Median of {report.Rounds.Count} rounds", "StreamSocial");
        if (report.Peer is not null)
            table.AddColumns(report.Peer, "ours / it");
        AddGap("steady: gap", figures => figures.Steady);
        AddGap("join: gap", figures => figures.Join, ratio => ratio <= report.JoinLimit);
        AddTime("first record of the second process", figures => figures.FirstRecord);
        AddTime("first record of its last partition", figures => figures.LastPartition);
        AddCount("partitions that it had in the end", figures => figures.Moved);
        AddGap("kill: gap", figures => figures.Kill, ratio => ratio < 1);
        AddTime("all partitions of the dead one back", figures => figures.AllBack);
        AddCount("deliveries due", figures => figures.Due);
        AddCount("lost", figures => figures.Lost);
        AddCount("duplicated", figures => figures.Duplicated);
        console.Write(table);
        console.MarkupLine("Gaps: longest / median of the partitions' longest / partitions above 1 s / of so many.");
        console.MarkupLineInterpolated($"Ours: positions reported every {HandoverBenchmarkOptions.ReportInterval.TotalMilliseconds:0} ms, longest time without a report {TextFormat.Milliseconds(report.Rounds.Max(round => round.LongestSilence))}.");
        console.MarkupLineInterpolated($"{report.Rounds.Sum(round => round.Lines):N0} lines, the latest {TextFormat.Milliseconds(report.Rounds.Max(round => round.LongestDelay))} late; {report.Rounds.Sum(round => round.Outcome.FeedsCompared):N0} feeds compared.");
        console.MarkupLineInterpolated($"{report.Hardware}{(report.FurtherArguments.Count > 0 ? $", {string.Join(' ', report.FurtherArguments)}" : "")}");
        foreach (var round in report.Rounds.Where(round => !round.Outcome.IsEqual))
            RunRows.WriteExamples(console, round.Outcome);
        console.MarkupLine(report.Verdict switch
        {
            HandoverVerdict.Holds => "[green]It holds.[/]",
            HandoverVerdict.DoesNotHold when !report.IsExact => "[red]It does not hold: ours is not exact.[/]",
            HandoverVerdict.DoesNotHold => string.Create(
                CultureInfo.InvariantCulture, $"[red]It does not hold: the join gap must be at most {report.JoinLimit:0.###} of {report.Peer}'s, the kill gap below it.[/]"),
            HandoverVerdict.Unknown => "[yellow]Not known: a gap is missing, or a second process never processed anything.[/]",
            _ => "Nothing to compare with: no --peer.",
        });

        void AddGap(string name, Func<HandoverFigures, GapFigures?> read, Func<double, bool>? holds = null) => Add(
            name,
            median => median(figures => read(figures)?.Longest.TotalMilliseconds) is { } longest && median(figures => read(figures)?.Median.TotalMilliseconds) is { } middle
                && median(figures => read(figures)?.OverOneSecond) is { } over && median(figures => read(figures)?.Partitions) is { } partitions
                ? string.Create(CultureInfo.InvariantCulture, $"{longest:N0} / {middle:N0} ms / {over:0.#} / {partitions:0.#}")
                : Unknown,
            figures => read(figures)?.Longest.TotalMilliseconds, holds);

        void AddTime(string name, Func<HandoverFigures, TimeSpan?> read) => Add(
            name, median => median(figures => read(figures)?.TotalSeconds) is { } seconds ? TextFormat.Seconds(TimeSpan.FromSeconds(seconds)) : Unknown, figures => read(figures)?.TotalSeconds);

        void AddCount(string name, Func<HandoverFigures, double?> read) => Add(name, median => median(read) is { } count ? TextFormat.Number(count) : Unknown, null);

        void Add(string name, Func<Func<Func<HandoverFigures, double?>, double?>, string> format, Func<HandoverFigures, double?>? compared, Func<double, bool>? holds = null)
        {
            List<string> cells = [name, Markup.Escape(format(report.MedianOfOurs))];
            if (report.Peer is not null)
                cells.AddRange([Markup.Escape(format(report.MedianOfPeer)), compared is null ? "" : RatioCell(report.Ratio(compared), holds)]);
            table.AddRow([.. cells]);
        }
    }

    private static string RatioCell(double? ratio, Func<double, bool>? holds) =>
        ratio is not { } known ? Unknown
        : holds is null ? TextFormat.Number(known)
        : DrillRows.Cell(holds(known), known.ToString("0.###", CultureInfo.InvariantCulture));
}
