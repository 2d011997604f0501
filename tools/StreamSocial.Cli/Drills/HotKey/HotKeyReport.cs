using System.Globalization;
using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Verification;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Drills.HotKey;

/// <summary>What a hot content did without salting and with it.</summary>
internal sealed record HotKeyReport([property: JsonIgnore] HotKeyOptions Options, HotKeyRun Plain, HotKeyRun Salted) : IDrillReport
{
    /// <summary>Factor by which salting must bring down the fullest partition's records over the mean.</summary>
    public const double NeededSpreadGain = 4;

    /// <summary>Factor by which it must bring down the age of the oldest record.</summary>
    public const double NeededAgeGain = 3;

    /// <summary>Ages below this count as this: readings are 0.2 s apart, and a share of nothing means nothing.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(0.5);

    /// <summary>How many times more even the partitions became; null when nothing was written.</summary>
    [JsonInclude]
    public double? SpreadGain => Plain.MaxOverMean / Salted.MaxOverMean;

    /// <summary>How many times younger the oldest record was; null when an age is unknown.</summary>
    [JsonInclude]
    public double? AgeGain => Floor(Plain.WorstAge) / Floor(Salted.WorstAge);

    /// <summary>Whether the hot content was in one partition in the first run and in several in the second.</summary>
    [JsonInclude]
    public bool WasSaltedOnce => Plain.Outcome.MergedCounters == 0 && Salted.Outcome.MergedCounters > 0;

    [JsonInclude]
    public bool Passed => Plain.IsEqual && Salted.IsEqual && WasSaltedOnce && SpreadGain >= NeededSpreadGain && AgeGain >= NeededAgeGain;

    private static TimeSpan? Floor(TimeSpan? age) => age < LeastAge ? LeastAge : age;
}

/// <summary>One run of the same load.</summary>
internal sealed record HotKeyRun
{
    public required bool IsSalted { get; init; }

    /// <summary>The partitions of content-interactions while it was measured.</summary>
    public required IReadOnlyList<PartitionLoad> Partitions { get; init; }

    /// <summary>The numbers of replicas that it was changed to afterwards.</summary>
    public required IReadOnlyList<int> RescaledTo { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>Events acknowledged, and expected by the reference, over the whole run.</summary>
    public required long Events { get; init; }

    public required long ExpectedEvents { get; init; }

    /// <summary>Requests that ingest asked to repeat.</summary>
    public required long Retries { get; init; }

    [JsonInclude]
    public bool IsEqual => Outcome.IsEqual && Events == ExpectedEvents;

    /// <summary>Records of all partitions; null when those of one are unknown.</summary>
    [JsonInclude]
    public long? Records => SumOf(Partitions);

    [JsonIgnore]
    public PartitionLoad? Fullest => Partitions.MaxBy(partition => partition.Records);

    /// <summary>Records of the fullest partition over the mean; null when nothing was written, or it is unknown how much.</summary>
    [JsonInclude]
    public double? MaxOverMean => Partitions.Count == 0 || Records is null ? null : PartitionDistribution.Of([.. Partitions.Select(partition => partition.Records!.Value)]).MaxToMean;

    /// <summary>Share of the records that the busiest replica got, 0 to 1; null when nothing was written, or it is unknown how much.</summary>
    [JsonInclude]
    public double? BusiestReplicaShare => Records is null or 0 ? null : (double?)Partitions.GroupBy(partition => partition.Owner).Max(owner => SumOf(owner)) / Records;

    /// <summary>Age of the oldest record of all partitions at the worst moment; null when that of one is unknown.</summary>
    [JsonInclude]
    public TimeSpan? WorstAge => Partitions.Any(partition => partition.WorstAge is null) ? null : Partitions.Max(partition => partition.WorstAge);

    /// <summary>The same of the partition in the middle of all: half of them were never later; null when that of one is unknown.</summary>
    [JsonInclude]
    public TimeSpan? MedianWorstAge =>
        WorstAge is null ? null : Partitions.Select(partition => partition.WorstAge).Order().ElementAtOrDefault(Partitions.Count / 2);

    /// <summary>Records of some partitions; null when those of one are unknown.</summary>
    public static long? SumOf(IEnumerable<PartitionLoad> partitions) => partitions.Aggregate((long?)0, (sum, partition) => sum + partition.Records);
}

/// <summary>Shows both runs side by side.</summary>
internal static class HotKeyTable
{
    private const int ShownPartitions = 12;

    public static void Write(IAnsiConsole console, HotKeyReport report)
    {
        WritePartitions(console, report);
        var table = new Table().AddColumns("content-interactions", "salting off", "salting on", "better by", "needed");
        foreach (var index in new[] { 1, 2, 3, 4 })
            table.Columns[index].RightAligned();
        Add("records while measured", run => TextFormat.Count(run.Records));
        Add("in the fullest partition", run => run.Fullest is { } fullest ? $"{TextFormat.Count(fullest.Records)} (partition {fullest.Partition})" : "none");
        Add("max/mean of a partition", run => Figure(run.MaxOverMean), report.SpreadGain, HotKeyReport.NeededSpreadGain);
        Add("share of the busiest replica", run => TextFormat.Percent(run.BusiestReplicaShare));
        Add("oldest record at most", run => DrillRows.Duration(run.WorstAge), report.AgeGain, HotKeyReport.NeededAgeGain);
        Add("of the partition in the middle", run => DrillRows.Duration(run.MedianWorstAge));
        Add("replicas afterwards", run => run.RescaledTo.Count == 0 ? "as before" : $"{report.Options.Replicas}, {string.Join(", ", run.RescaledTo)}");
        Add("requests repeated", run => $"{run.Retries:N0}");
        Add("events", run => DrillRows.Cell(run.Events == run.ExpectedEvents, $"{run.Events:N0} of {run.ExpectedEvents:N0}"));
        Add("counters compared", run => $"{run.Outcome.CountersCompared:N0}");
        Add("of them over several partitions", run => DrillRows.Cell(report.WasSaltedOnce, $"{run.Outcome.MergedCounters:N0}"));
        Add("differing counters", run => DrillRows.Cell(run.Outcome.DifferingCounters == 0, $"{run.Outcome.DifferingCounters:N0}"));
        Add("lost, duplicated, misordered", run => DrillRows.Cell(run.Outcome.IsEqual, $"{run.Outcome.Lost}, {run.Outcome.Duplicated}, {run.Outcome.Misordered}"));
        console.Write(table);
        foreach (var run in new[] { report.Plain, report.Salted })
            RunRows.WriteExamples(console, run.Outcome);
        DrillRows.WriteVerdict(console, report.Passed);

        void Add(string name, Func<HotKeyRun, string> cell, double? gain = null, double? needed = null) => table.AddRow(
            name, cell(report.Plain), cell(report.Salted), needed is null ? "" : DrillRows.Cell(gain >= needed, $"{Figure(gain)}x"), needed is null ? "" : $"{Figure(needed)}x");
    }

    /// <summary>The partitions that took most in either run.</summary>
    private static void WritePartitions(IAnsiConsole console, HotKeyReport report)
    {
        var table = new Table().AddColumns("Partition", "Records, salting off", "Oldest at most", "Owner", "Records, salting on", "Oldest at most", "Owner");
        foreach (var column in table.Columns)
            column.RightAligned();
        var pairs = report.Plain.Partitions.Zip(report.Salted.Partitions).OrderByDescending(pair => Math.Max(pair.First.Records ?? 0, pair.Second.Records ?? 0)).ToArray();
        foreach (var (plain, salted) in pairs.Take(ShownPartitions))
            table.AddRow([$"{plain.Partition}", .. Cells(plain), .. Cells(salted)]);
        console.Write(table);
        if (pairs.Length > ShownPartitions)
            console.MarkupLineInterpolated($"{pairs.Length - ShownPartitions} further partitions took {TextFormat.Count(HotKeyRun.SumOf(pairs.Skip(ShownPartitions).Select(pair => pair.First)))} and {TextFormat.Count(HotKeyRun.SumOf(pairs.Skip(ShownPartitions).Select(pair => pair.Second)))} records.");
    }

    private static string[] Cells(PartitionLoad load) => [TextFormat.Count(load.Records), DrillRows.Duration(load.WorstAge), load.Owner ?? "unknown"];

    private static string Figure(double? value) => value is { } known ? known.ToString("0.0", CultureInfo.InvariantCulture) : "unknown";
}
