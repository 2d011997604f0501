using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Benchmarks.Stage;

/// <summary>What <see cref="StageBenchmark"/> measured, round by round.</summary>
internal sealed record StageBenchmarkReport
{
    public required string Kafka { get; init; }

    public required TopologyProfile Profile { get; init; }

    public required IReadOnlyList<ProcessMeasurement> Plain { get; init; }

    public required IReadOnlyList<ProcessMeasurement> Stage { get; init; }

    /// <summary>Least <see cref="Ratio"/>.</summary>
    public required double Aim { get; init; }

    public required string Hardware { get; init; }

    /// <summary>Median over the rounds of the stage's events/s per core divided by the plain consumer's of the same round.</summary>
    [JsonInclude]
    public double Ratio => Rounds.Median(Stage.Zip(Plain, (stage, plain) => stage.EventsPerCoreSecond / plain.EventsPerCoreSecond));

    [JsonInclude]
    public bool Passed => Ratio >= Aim;
}

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

        void AddRow(string name, Func<ProcessMeasurement, double> read) => table.AddRow(
            name, TextFormat.Number(Rounds.Median(report.Plain.Select(read))), TextFormat.Number(Rounds.Median(report.Stage.Select(read))));
    }

    private static string Pause(IReadOnlyList<ProcessMeasurement> rounds) => TextFormat.Milliseconds(rounds.Max(measured => measured.LongestPause));
}
