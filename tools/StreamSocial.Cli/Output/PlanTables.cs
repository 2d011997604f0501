using Spectre.Console;
using StreamSocial.Cli.Planning;

namespace StreamSocial.Cli.Output;

/// <summary>Shows planned topics, and what to know about a scenario's.</summary>
internal static class PlanTables
{
    private const string Gate = "How even your own keys are: 'streamsocial partitions compare --trace FILE'; its exit code is 1 when the fullest partition has more than 20 % above the mean.";

    public static void Write(IAnsiConsole console, IReadOnlyList<TopicPlan> plans)
    {
        var table = new Table().AddColumns(
            "Topic", "Entries/s", "For brokers", "For throughput", "Required", "Partitions", "Consumers by rule", "By rate", "Start with", "Too hot: a key above");
        foreach (var column in table.Columns.Skip(1))
            column.RightAligned();
        foreach (var (plan, consumers) in plans)
        {
            table.AddRow(
                plan.Topic,
                TextFormat.Number(plan.EntriesPerSecond),
                TextFormat.Number(plan.ForBrokers),
                TextFormat.Number(plan.ForThroughput),
                $"{plan.Required}",
                $"[bold]{plan.Partitions}[/]",
                $"{consumers.ByRule}",
                $"{consumers.ByRate}",
                $"[bold]{consumers.Start}[/]",
                consumers.HotKeyShare is { } share ? FormattableString.Invariant($"{share * 100:0.##} %") : "none");
        }

        console.Write(table);
        foreach (var (plan, consumers) in plans)
            console.MarkupLineInterpolated($"[bold]{plan.Topic}[/]: {plan.Explanation} {consumers.Explanation}");
    }

    public static void Write(IAnsiConsole console, Scenario scenario, double requestsPerSecond, IReadOnlyList<TopicPlan> plans)
    {
        console.MarkupLineInterpolated($"[bold]{scenario.Name}[/]: {scenario.Description} {requestsPerSecond:N0} requests/s at the peak.");
        Write(console, plans);
        var table = new Table().AddColumns("Topic", "Key", "Keeps in order", "Hot partitions");
        foreach (var topic in scenario.Topics)
            table.AddRow(Markup.Escape(topic.Workload.Topic), topic.Key, topic.Why, topic.HotPartitionRisk);
        console.Write(table);
        console.WriteLine("What to watch:");
        foreach (var watched in scenario.Watch)
            console.MarkupLineInterpolated($"  {watched}");
        console.WriteLine("What one consumer processes is assumed here. Measure yours, and plan each topic with it: 'streamsocial plan --rate N --per-consumer N'.");
        console.WriteLine(Gate);
    }
}
