using Spectre.Console;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Verification;

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
        table.AddRow("requests, retries", $"{report.Replay.Requests:N0}, {report.Replay.Retries:N0}");
        table.AddRow(
            "request latency p50 / p99 / max",
            $"{TextFormat.Milliseconds(report.Replay.LatencyP50)} / {TextFormat.Milliseconds(report.Replay.LatencyP99)} / {TextFormat.Milliseconds(report.Replay.LatencyMax)}");
        table.AddEmptyRow();
        OutcomeRows.AddTo(table, report.Outcome);
        table.AddEmptyRow();
        table.AddRow("changelog bytes / input bytes", report.WriteAmplification is { } amplification ? TextFormat.Number(amplification) : "unknown");
        table.AddRow("peak memory of the topology", report.PeakBytes is { } peak ? TextFormat.MegaBytes(peak) : "unknown");
        foreach (var kind in report.Processes)
            table.AddRow(Markup.Escape($"  {kind.Kind} ({kind.Processes})"), $"{kind.CpuSeconds:0.0} CPU s, at most {TextFormat.MegaBytes(kind.PeakBytes)} each");
        table.AddRow("hardware", Markup.Escape(report.Hardware));
        console.Write(table);
        foreach (var example in report.Outcome.Examples)
            console.MarkupLineInterpolated($"[red]{example}[/]");
        DistributionTables.Write(console, report.Distribution);
        console.MarkupLine(report.Passed ? "[green]Everything is as the reference says.[/]" : "[red]The result differs from the reference.[/]");
    }

    private static string Check(bool good, string text, string otherwise) => good ? $"[green]{text}[/]" : $"[red]{text}{otherwise}[/]";
}
