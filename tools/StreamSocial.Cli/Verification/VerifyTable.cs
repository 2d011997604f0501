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
