using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Cli.Drills.EventStreams;

/// <summary>What clients of streams saw while the number of replicas changed.</summary>
/// <param name="Rescales">How many times it changed.</param>
/// <param name="Requests">What the connections came to.</param>
internal sealed record StreamReport(DrillSummary Summary, IReadOnlyList<int> Steps, int Rescales, StreamComparison Streams, RequestFigures Requests) : IDrillReport
{
    [JsonInclude]
    public bool Passed => Summary.IsEqual && Rescales == Steps.Count - 1 && Streams is { SawEverythingOnce: true, Received: > 0 } && Requests.Errors == 0;
}

/// <summary>Shows what clients of streams saw.</summary>
internal static class StreamTable
{
    public static void Write(IAnsiConsole console, StreamReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: false);
        var table = new Table().AddColumns("Streams", "").HideHeaders();
        table.AddRow("replicas", string.Join(", ", report.Steps));
        table.AddRow("refused", Zero(report.Requests.Errors));
        AddStreams(table, report.Streams);
        console.Write(table);
        foreach (var example in report.Streams.Examples.Concat(report.Requests.Examples))
            console.MarkupLineInterpolated($"[red]{example}[/]");
        DrillRows.WriteVerdict(console, report.Passed);
    }

    /// <summary>Adds what the clients saw to a table of two columns.</summary>
    public static void AddStreams(Table table, StreamComparison streams)
    {
        table.AddRow("clients, users", $"{streams.Clients:N0}, {streams.Users:N0}");
        table.AddRow("connected again", $"{streams.Reconnections:N0} times");
        table.AddRow("events", DrillRows.Cell(streams.Received == streams.Expected && streams.Received > 0, $"{streams.Received:N0} of {streams.Expected:N0}"));
        table.AddRow("missed", Zero(streams.Missed));
        table.AddRow("repeated", Zero(streams.Repeated));
        table.AddRow("out of order", Zero(streams.OutOfOrder));
        table.AddRow("unexpected", Zero(streams.Unexpected));
    }

    private static string Zero(long count) => DrillRows.Cell(count == 0, $"{count:N0}");
}
