using Spectre.Console;

namespace StreamSocial.Cli.Verification;

/// <summary>Rows of a table of two columns that show an outcome.</summary>
internal static class OutcomeRows
{
    public static void AddTo(Table table, Outcome outcome)
    {
        table.AddRow("feeds, counters compared", $"{outcome.FeedsCompared:N0}, {outcome.CountersCompared:N0}");
        table.AddRow("lost", Zero(outcome.Lost));
        table.AddRow("duplicated", Zero(outcome.Duplicated));
        table.AddRow("misordered", Zero(outcome.Misordered));
        table.AddRow("unexpected", Zero(outcome.Unexpected));
        table.AddRow("differing feeds", Zero(outcome.DifferingFeeds));
        table.AddRow("differing counters", Zero(outcome.DifferingCounters));
        table.AddRow("duplicates dropped", outcome.DuplicatesDropped is { } dropped ? $"{dropped:N0}" : "unknown");
    }

    private static string Zero(long count) => count == 0 ? "[green]0[/]" : $"[red]{count:N0}[/]";
}
