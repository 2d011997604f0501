using Spectre.Console;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Benchmarks;

internal static class StageBenchmarkTable
{
    public static void Write(IAnsiConsole console, StageBenchmarkReport report)
    {
        var table = new Table().AddColumns($"Median of {report.Stage.Count} rounds", "Plain consumer", "Stage");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        AddRow("events/s per core", measured => measured.EventsPerCoreSecond);
        AddRow("events/s", measured => measured.EventsPerSecond);
        AddRow("bytes allocated per event", measured => measured.AllocatedBytesPerEvent);
        table.AddRow("longest GC pause", Pause(report.Plain), Pause(report.Stage));
        console.Write(table);
        console.MarkupLineInterpolated($"{report.Kafka}, profile {report.Profile.ToString().ToLowerInvariant()}, {report.Stage[0].Events:N0} events a round, {report.Hardware}");
        console.MarkupLineInterpolated(
            $"Per core, the stage does {TextFormat.Percent(report.Ratio)} of the plain consumer's events; {(report.Passed ? "that is" : "that is not")} the {TextFormat.Percent(report.Aim)} aimed at.");

        void AddRow(string name, Func<Measurement, double> read) => table.AddRow(
            name, TextFormat.Number(StageBenchmarkReport.Median(report.Plain.Select(read))), TextFormat.Number(StageBenchmarkReport.Median(report.Stage.Select(read))));
    }

    private static string Pause(IReadOnlyList<Measurement> rounds) => TextFormat.Milliseconds(rounds.Max(measured => measured.LongestPause));
}
