using System.Globalization;
using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Profiling;
using StreamSocial.Cli.Output;
using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>One round of the feed generator, from the last look before the first record to the first one behind the last delivery.</summary>
internal sealed record FeedsRound
{
    public required FeedsWork Work { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>From the signal to stop until its last checkpoints were written and it had ended; not in <see cref="Elapsed"/>, as at the peers.</summary>
    public required TimeSpan Close { get; init; }

    /// <summary>CPU seconds of the feed generator.</summary>
    public required double ApplicationCpu { get; init; }

    /// <summary>CPU seconds of the brokers.</summary>
    public required double BrokerCpu { get; init; }

    /// <summary>Managed memory allocated; null when unknown.</summary>
    public required double? AllocatedBytes { get; init; }

    /// <summary>Time in which the collector held all threads; null when unknown.</summary>
    public required TimeSpan? Paused { get; init; }

    /// <summary>Longest time of those.</summary>
    public required TimeSpan LongestPause { get; init; }

    /// <summary>Largest resident memory of the feed generator.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Bytes written to changelogs for each byte consumed; null when unknown.</summary>
    public required double? WriteAmplification { get; init; }

    /// <summary>Where the time went; null when nobody looked.</summary>
    [JsonIgnore]
    public CpuProfile? CpuProfile { get; init; }

    /// <summary>By topic; null where the brokers keep nothing on disk.</summary>
    public required IReadOnlyDictionary<string, LogBatches>? Batches { get; init; }

    [JsonInclude]
    public double DeliveriesPerSecond => Work.Deliveries / Elapsed.TotalSeconds;

    [JsonInclude]
    public double ActionsPerSecond => Work.Actions / Elapsed.TotalSeconds;

    [JsonInclude]
    public double ApplicationCpuPerMillion => ApplicationCpu / Work.Deliveries * 1e6;

    [JsonInclude]
    public double BrokerCpuPerMillion => BrokerCpu / Work.Deliveries * 1e6;
}

/// <summary>What <see cref="FeedsBenchmark"/> measured, round by round.</summary>
internal sealed record FeedsBenchmarkReport
{
    public required string Kafka { get; init; }

    public required TopologyProfile Profile { get; init; }

    /// <summary>Settings of the feed generator that are not the benchmark's own.</summary>
    public required IReadOnlyList<string> FurtherArguments { get; init; }

    public required FeedsWork Work { get; init; }

    public required IReadOnlyList<FeedsRound> Rounds { get; init; }

    /// <summary>Where the feed generator spent its time in a further round; null when nobody looked.</summary>
    public required CpuProfile? CpuProfile { get; init; }

    /// <summary>By name of the peer.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<PeerResult>> Peers { get; init; }

    /// <summary>Lines per second of <see cref="Latencies"/>.</summary>
    public required int LatencyRate { get; init; }

    public required IReadOnlyList<FeedLatencyRound> Latencies { get; init; }

    public required string Hardware { get; init; }
}

internal static class FeedsBenchmarkTable
{
    public static void Write(IAnsiConsole console, FeedsBenchmarkReport report)
    {
        var table = new Table().AddColumns($"Median of {report.Rounds.Count} rounds", "Feed generator");
        table.Columns[1].RightAligned();
        foreach (var peer in report.Peers.Keys)
        {
            table.AddColumn(new TableColumn(peer).RightAligned());
            table.AddColumn(new TableColumn("ours / it").RightAligned());
        }

        AddCompared("deliveries/s", round => round.DeliveriesPerSecond, peer => peer.DeliveriesPerSecond);
        AddCompared("CPU s of the application for 1M deliveries", round => round.ApplicationCpuPerMillion, peer => peer.ApplicationCpuPerMillion);
        AddCompared("CPU s of the brokers for 1M deliveries", round => round.BrokerCpuPerMillion, peer => peer.BrokerCpuPerMillion);
        AddOwn("last checkpoints and end", TextFormat.Seconds(TimeSpan.FromSeconds(Median(round => round.Close.TotalSeconds))));
        AddOwn("actions/s", TextFormat.Number(Median(round => round.ActionsPerSecond)));
        AddOwn("bytes allocated for a delivery", Optional(round => round.AllocatedBytes / round.Work.Deliveries, TextFormat.Number));
        AddOwn("held by the collector", Optional(round => round.Paused / round.Elapsed, share => TextFormat.Percent(share)));
        AddOwn("longest of its pauses", TextFormat.Milliseconds(report.Rounds.Max(round => round.LongestPause)));
        AddOwn("largest resident memory", TextFormat.MegaBytes(report.Rounds.Max(round => round.PeakBytes)));
        AddOwn("bytes to changelogs for a byte consumed", Optional(round => round.WriteAmplification, TextFormat.Number));
        if (report.Rounds[^1].Batches is { } batches)
        {
            foreach (var (topic, count) in batches)
                AddOwn($"batches in {topic}", $"{TextFormat.Count(count.Batches)} of {TextFormat.Number(count.Batches == 0 ? 0 : (double)count.Bytes / count.Batches)} bytes");
        }

        console.Write(table);
        WriteProfile(console, report.CpuProfile);
        WriteLatency(console, report);
        console.MarkupLineInterpolated($"{report.Kafka}, profile {report.Profile.ToString().ToLowerInvariant()}, {report.Work.Actions:N0} actions, {report.Work.Deliveries:N0} deliveries, {report.Hardware}{(report.FurtherArguments.Count > 0 ? $", {string.Join(' ', report.FurtherArguments)}" : "")}");

        double Median(Func<FeedsRound, double> read) => Rounds.Median(report.Rounds.Select(read));

        string Optional(Func<FeedsRound, double?> read, Func<double, string> format) =>
            report.Rounds.All(round => read(round) is not null) ? format(Median(round => read(round)!.Value)) : "unknown";

        void AddOwn(string name, string value) => table.AddRow([name, value, .. Enumerable.Repeat("", 2 * report.Peers.Count)]);

        void AddCompared(string name, Func<FeedsRound, double> own, Func<PeerResult, double> other)
        {
            var cells = new List<string> { name, TextFormat.Number(Median(own)) };
            foreach (var results in report.Peers.Values)
            {
                cells.Add(TextFormat.Number(Rounds.Median(results.Select(other))));
                cells.Add(TextFormat.Number(Rounds.Median(report.Rounds.Zip(results, (round, result) => own(round) / other(result)))));
            }
            table.AddRow([.. cells]);
        }
    }

    private static void WriteProfile(IAnsiConsole console, CpuProfile? profile)
    {
        if (profile is null)
            return;
        if (profile.Missing is { } reason)
        {
            console.MarkupLineInterpolated($"[yellow]There is no profile: {reason}[/]");
            return;
        }

        console.MarkupLineInterpolated($"Where the feed generator's {profile.Sampled} went in a further round:");
        foreach (var function in profile.HottestFunctions)
            console.WriteLine($"  {function}");
    }

    private static void WriteLatency(IAnsiConsole console, FeedsBenchmarkReport report)
    {
        if (report.Latencies.Count == 0)
            return;
        var table = new Table().AddColumns($"Median of {report.Latencies.Count} rounds: from due to seen", "seen of due", "p50", "p99", "p99.9", "longest");
        foreach (var column in table.Columns.Skip(1))
            column.RightAligned();
        Add(string.Create(CultureInfo.InvariantCulture, $"feed generator, {report.LatencyRate:N0} lines/s"), round => round.Busy);
        foreach (var peer in report.Latencies[0].Peers.Keys)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{peer}, {report.LatencyRate:N0} lines/s, committed"), round => round.Peers[peer]);
            table.AddRow(["feed generator / " + peer, "", Ratio(peer, figures => figures.P50), Ratio(peer, figures => figures.P99), Ratio(peer, figures => figures.P999), ""]);
        }

        Add(string.Create(CultureInfo.InvariantCulture, $"feed generator, idle but for {FeedLatencyRun.IdleRate} lines/s"), round => round.Idle);
        console.Write(table);
        console.MarkupLineInterpolated($"Posts to streams of feeds; the latest line was {TextFormat.Milliseconds(report.Latencies.Max(round => round.LongestDelay))} late, which is part of its latency.");

        void Add(string name, Func<FeedLatencyRound, LatencyFigures> read)
        {
            var rounds = report.Latencies.Select(read).ToArray();
            table.AddRow([
                name, $"{TextFormat.Count(rounds.Sum(round => round.Seen))} of {TextFormat.Count(rounds.All(round => round.Due is not null) ? rounds.Sum(round => round.Due) : null)}",
                Median(rounds, round => round.P50), Median(rounds, round => round.P99), Median(rounds, round => round.P999), Median(rounds, round => round.Longest),
            ]);
        }

        string Ratio(string peer, Func<LatencyFigures, TimeSpan> read) =>
            TextFormat.Number(Rounds.Median(report.Latencies.Select(round => read(round.Busy) / read(round.Peers[peer]))));

        static string Median(IEnumerable<LatencyFigures> rounds, Func<LatencyFigures, TimeSpan> read) =>
            TextFormat.Milliseconds(TimeSpan.FromMilliseconds(Rounds.Median(rounds.Select(round => read(round).TotalMilliseconds))));
    }
}
