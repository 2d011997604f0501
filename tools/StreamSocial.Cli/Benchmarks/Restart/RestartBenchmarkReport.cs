using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Benchmarks.Restart;

/// <summary>One start.</summary>
/// <param name="Ready">From the start until all partitions answered reads.</param>
/// <param name="BytesRead">Bytes of keys and values that were read from changelogs.</param>
internal sealed record RestartMeasurement(TimeSpan Ready, long BytesRead);

/// <summary>What <see cref="RestartBenchmark"/> measured, round by round.</summary>
internal sealed record RestartBenchmarkReport
{
    public required RestartBenchmarkOptions Options { get; init; }

    public required IReadOnlyList<RestartMeasurement> FromFiles { get; init; }

    public required IReadOnlyList<RestartMeasurement> FromChangelogs { get; init; }

    public required string Hardware { get; init; }

    /// <summary>Median over the rounds of the time from files as a share of the time from changelogs.</summary>
    [JsonInclude]
    public double Ratio => Rounds.Median(FromFiles.Zip(FromChangelogs, (files, changelogs) => files.Ready / changelogs.Ready));
}

internal static class RestartBenchmarkTable
{
    public static void Write(IAnsiConsole console, RestartBenchmarkReport report)
    {
        var table = new Table().AddColumns($"Median of {report.FromFiles.Count} rounds", "From its files", "From the changelogs");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        AddRow("start to ready", start => start.Ready.TotalSeconds, seconds => TextFormat.Seconds(TimeSpan.FromSeconds(seconds)));
        AddRow("read from changelogs", start => start.BytesRead, bytes => TextFormat.MegaBytes((long)bytes));
        console.Write(table);
        console.MarkupLineInterpolated($"{report.Options.Kafka}, {TextFormat.MegaBytes(report.Options.StateBytes)} of state in {TextFormat.Number(report.Options.Keys)} entries, {report.Hardware}");
        console.MarkupLineInterpolated($"A restart takes {TextFormat.Percent(report.Ratio)} of the time that a restore takes; the state was as it must be after each.");

        void AddRow(string name, Func<RestartMeasurement, double> read, Func<double, string> format) => table.AddRow(
            name, format(Rounds.Median(report.FromFiles.Select(read))), format(Rounds.Median(report.FromChangelogs.Select(read))));
    }
}
