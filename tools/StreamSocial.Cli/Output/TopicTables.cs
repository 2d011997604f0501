using System.Globalization;
using Spectre.Console;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Output;

/// <summary>Shows the topics of the catalogue as they are in the cluster, and what mends them.</summary>
internal static class TopicTables
{
    public static void Write(IAnsiConsole console, IReadOnlyList<TopicReport> topics)
    {
        var table = new Table().AddColumns("Topic", "Partitions", "Cleanup", "Retention", "Records", "Max/mean", "CV", "20 % rule", "Catalogue");
        foreach (var index in new[] { 1, 4, 5, 6 })
            table.Columns[index].RightAligned();
        foreach (var topic in topics.Where(topic => topic.Partitions > 0))
        {
            table.AddRow(
                Markup.Escape(topic.Name),
                $"{topic.Partitions}",
                topic.Cleanup ?? "unknown",
                Retention(topic.RetentionMs),
                TextFormat.Count(topic.Records),
                Ratio(topic, skew => skew.MaxToMean),
                Ratio(topic, skew => skew.CoefficientOfVariation),
                Verdict(topic),
                topic.Drifts switch { null => "unknown", [] => "as meant", var drifts => $"[yellow]{drifts.Value.Length} differ[/]" });
        }
        console.Write(table);
        foreach (var topic in topics)
            WriteDrifts(console, topic);
    }

    private static void WriteDrifts(IAnsiConsole console, TopicReport topic)
    {
        foreach (var drift in topic.Drifts ?? [])
            console.MarkupLineInterpolated($"[yellow]{topic.Name}[/]: {drift.Setting} is {drift.Actual}, the catalogue has {drift.Wanted}.");
        if (topic.Mend is not null)
            console.MarkupLineInterpolated($"  {topic.Mend}");
    }

    private static string Verdict(TopicReport topic) => topic.ByRecords switch
    {
        null => topic.Records == 0 ? "no records" : "unknown",
        { Verdict: SkewVerdict.Even } => "within",
        { Verdict: SkewVerdict.TooFew } => "too few records",
        var skew => $"[yellow]uneven[/], #{skew.Fullest.ToString(CultureInfo.InvariantCulture)}",
    };

    private static string Ratio(TopicReport topic, Func<PartitionSkew, double> read) =>
        topic.ByRecords is { } skew ? TextFormat.Number(read(skew)) : topic.Records == 0 ? "no records" : "unknown";

    private static string Retention(long? milliseconds) => milliseconds switch
    {
        null => "unknown",
        < 0 => "for ever",
        var known => TimeSpan.FromMilliseconds(known.Value) is { TotalDays: >= 1 } time
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} days")
            : string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.FromMilliseconds(known.Value).TotalMinutes:0.#} min"),
    };
}
