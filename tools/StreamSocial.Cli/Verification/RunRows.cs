using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>Rows of a table of two columns that every run of a topology has.</summary>
internal static class RunRows
{
    public static void AddReplay(Table table, ReplayResult replay)
    {
        table.AddRow("requests, retries", $"{replay.Requests:N0}, {replay.Retries:N0}");
        table.AddRow(
            "request latency p50 / p99 / max",
            $"{TextFormat.Milliseconds(replay.LatencyP50)} / {TextFormat.Milliseconds(replay.LatencyP99)} / {TextFormat.Milliseconds(replay.LatencyMax)}");
    }

    public static void AddUsage(Table table, long? peakBytes, IReadOnlyList<KindUsage> processes, double? stolenShare, string hardware)
    {
        table.AddRow("peak memory of the topology", peakBytes is { } peak ? TextFormat.MegaBytes(peak) : "unknown");
        foreach (var kind in processes)
        {
            var work = kind.WorkCpuSeconds is { } seconds ? $" ({seconds:0.0} from the first POST to all applied)" : "";
            table.AddRow(Markup.Escape($"  {kind.Kind} ({kind.Processes})"), $"{kind.CpuSeconds:0.0} CPU s{work}, at most {TextFormat.MegaBytes(kind.PeakBytes)} each");
        }

        table.AddRow("processor time that others took (steal)", TextFormat.Percent(stolenShare));
        table.AddRow("hardware", Markup.Escape(hardware));
    }

    /// <summary>Writes the first differences below the table.</summary>
    public static void WriteExamples(IAnsiConsole console, Outcome outcome)
    {
        foreach (var example in outcome.Examples)
            console.MarkupLineInterpolated($"[red]{example}[/]");
    }
}
