using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>What a verification found.</summary>
internal sealed record VerifyReport
{
    /// <summary>The trace.</summary>
    public required string Trace { get; init; }

    /// <summary>Source of Kafka, profile and replicas.</summary>
    public required string Topology { get; init; }

    /// <summary>What the trace holds, before it was turned into actions: its lines.</summary>
    public required long Interactions { get; init; }

    public required long Actions { get; init; }

    /// <summary>Actions that the reference made of the trace.</summary>
    public required long ExpectedActions { get; init; }

    /// <summary>Actions acknowledged by ingest, per second of sending; views, impressions and clicks are not among them.</summary>
    [JsonInclude]
    public double ActionsPerSecond => Replay.Elapsed > TimeSpan.Zero ? Actions / Replay.Elapsed.TotalSeconds : 0;

    /// <summary>Entries that feeds had to take, those included that newer ones pushed out.</summary>
    public required long Deliveries { get; init; }

    /// <summary>Per second from the first POST until everything was applied.</summary>
    public required double DeliveriesPerSecond { get; init; }

    /// <summary>From the first POST until everything was applied.</summary>
    public required TimeSpan Applied { get; init; }

    public required Outcome Outcome { get; init; }

    public required ReplayResult Replay { get; init; }

    /// <summary>Bytes written to changelogs for each byte that the tasks consumed; null when unknown.</summary>
    public required double? WriteAmplification { get; init; }

    /// <summary>Resident memory of the whole topology at its peak; null where it cannot be read.</summary>
    public required long? PeakBytes { get; init; }

    /// <summary>Part of the machine that the hypervisor gave to others meanwhile, 0 to 1; null when unknown. Rates are low bounds where it is not small.</summary>
    public required double? StolenShare { get; init; }

    public required IReadOnlyList<KindUsage> Processes { get; init; }

    public required IReadOnlyList<TopicDistribution> Distribution { get; init; }

    public required string Hardware { get; init; }

    [JsonInclude]
    public bool Passed => Actions == ExpectedActions && Outcome.IsEqual;
}

/// <summary>Shows what a verification found.</summary>
internal static class VerifyTable
{
    public static void Write(IAnsiConsole console, VerifyReport report)
    {
        var table = new Table().AddColumns("Verification", "").HideHeaders();
        table.AddRow("trace", Markup.Escape(report.Trace));
        table.AddRow("topology", Markup.Escape(report.Topology));
        table.AddRow("interactions", $"{report.Interactions:N0}");
        table.AddRow("actions", Check(report.Actions == report.ExpectedActions, $"{report.Actions:N0}", $" of {report.ExpectedActions:N0}"));
        table.AddRow("actions/s", TextFormat.Number(report.ActionsPerSecond));
        table.AddRow("deliveries", $"{report.Deliveries:N0}");
        table.AddRow("deliveries/s (first POST to all applied)", TextFormat.Number(report.DeliveriesPerSecond));
        table.AddRow("time to send, to apply", $"{TextFormat.Seconds(report.Replay.Elapsed)}, {TextFormat.Seconds(report.Applied)}");
        RunRows.AddReplay(table, report.Replay);
        table.AddEmptyRow();
        OutcomeRows.AddTo(table, report.Outcome);
        table.AddEmptyRow();
        table.AddRow("changelog bytes / input bytes", report.WriteAmplification is { } amplification ? TextFormat.Number(amplification) : "unknown");
        RunRows.AddUsage(table, report.PeakBytes, report.Processes, report.StolenShare, report.Hardware);
        console.Write(table);
        RunRows.WriteExamples(console, report.Outcome);
        DistributionTables.Write(console, report.Distribution);
        console.MarkupLine(report.Passed ? "[green]Everything is as the reference says.[/]" : "[red]The result differs from the reference.[/]");
    }

    private static string Check(bool good, string text, string otherwise) => good ? $"[green]{text}[/]" : $"[red]{text}{otherwise}[/]";
}
