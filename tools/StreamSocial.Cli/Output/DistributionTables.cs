using Spectre.Console;
using StreamSocial.Cli.Distribution;

namespace StreamSocial.Cli.Output;

/// <summary>Shows how records are spread over partitions.</summary>
internal static class DistributionTables
{
    public static void Write(IAnsiConsole console, IReadOnlyList<TopicDistribution> topics)
    {
        var table = new Table().AddColumns("Topic", "Partitions", "Records", "Mean", "Max", "Max/mean", "Empty");
        foreach (var index in new[] { 1, 2, 3, 4, 5, 6 })
            table.Columns[index].RightAligned();
        foreach (var topic in topics)
        {
            table.AddRow(
                topic.Topic,
                $"{topic.Partitions}",
                $"{topic.Records:N0}",
                TextFormat.Number(topic.Mean),
                $"{topic.Max:N0}",
                topic.MaxOverMean is { } ratio ? TextFormat.Number(ratio) : "no records",
                $"{topic.Empty}");
        }

        console.Write(table);
        foreach (var topic in topics.Where(topic => topic.Hot.Count > 0))
            WriteHot(console, topic);
    }

    private static void WriteHot(IAnsiConsole console, TopicDistribution topic)
    {
        console.MarkupLineInterpolated($"Fullest partitions of [bold]{topic.Topic}[/]:");
        foreach (var partition in topic.Hot)
        {
            var keys = partition.Keys.Count == 0
                ? "keys unknown"
                : string.Join(", ", partition.Keys.Select(key => $"{key.Key} {TextFormat.Percent(key.Share)}"));
            console.MarkupLineInterpolated(
                $"  {partition.Partition}: {partition.Records:N0} records, {TextFormat.Number(partition.TimesMean)}x the mean; of {partition.SampledEntries:N0} entries: {keys}");
        }
    }
}
