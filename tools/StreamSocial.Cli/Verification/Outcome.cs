using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Verification;

/// <summary>How what the system came to compares with the reference.</summary>
internal sealed record Outcome
{
    public required long FeedsCompared { get; init; }

    public required long CountersCompared { get; init; }

    /// <summary>Those among them that are sums over several partitions, because the content was hot.</summary>
    public required long MergedCounters { get; init; }

    public required long Lost { get; init; }

    public required long Duplicated { get; init; }

    public required long Misordered { get; init; }

    /// <summary>Entries in feeds, and notifications, where they should not be.</summary>
    public required long Unexpected { get; init; }

    public required long DifferingFeeds { get; init; }

    public required long DifferingCounters { get; init; }

    public required long NotifiedUsersCompared { get; init; }

    /// <summary>Users among them whose notifications differ.</summary>
    public required long DifferingNotifications { get; init; }

    /// <summary>Repeats that the members recognised and dropped: no defect. Null when the members' audit is not known.</summary>
    public required long? DuplicatesDropped { get; init; }

    /// <summary>The first differences, for a person to look into.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Whether nothing differs, in what was read back and by the members' own audit.</summary>
    [JsonInclude]
    public bool IsEqual => DuplicatesDropped is not null && Lost == 0 && Duplicated == 0 && Misordered == 0 && Unexpected == 0
        && DifferingFeeds == 0 && DifferingCounters == 0 && DifferingNotifications == 0;

    /// <param name="totals">What was read back.</param>
    /// <param name="audit">What the members' edges showed; null when unknown.</param>
    public static Outcome Of(ReadBackTotals totals, MemberCounters? audit) => new()
    {
        FeedsCompared = totals.FeedsCompared,
        CountersCompared = totals.CountersCompared,
        MergedCounters = totals.MergedCounters,
        Lost = totals.Lost + (audit?.EntriesLost ?? 0),
        Duplicated = totals.Duplicated,
        Misordered = totals.Misordered + (audit?.EntriesMisordered ?? 0),
        Unexpected = totals.Unexpected,
        DifferingFeeds = totals.DifferingFeeds,
        DifferingCounters = totals.DifferingCounters,
        NotifiedUsersCompared = totals.NotifiedUsersCompared,
        DifferingNotifications = totals.DifferingNotifications,
        DuplicatesDropped = audit?.DuplicatesDropped,
        Examples = totals.Examples,
    };
}

/// <summary>Rows of a table of two columns that show an outcome.</summary>
internal static class OutcomeRows
{
    public static void AddTo(Table table, Outcome outcome)
    {
        table.AddRow("feeds, counters compared", $"{outcome.FeedsCompared:N0}, {outcome.CountersCompared:N0}");
        table.AddRow("users' notifications compared", $"{outcome.NotifiedUsersCompared:N0}");
        table.AddRow("of these counters over several partitions", $"{outcome.MergedCounters:N0}");
        table.AddRow("lost", Zero(outcome.Lost));
        table.AddRow("duplicated", Zero(outcome.Duplicated));
        table.AddRow("misordered", Zero(outcome.Misordered));
        table.AddRow("unexpected", Zero(outcome.Unexpected));
        table.AddRow("differing feeds", Zero(outcome.DifferingFeeds));
        table.AddRow("differing counters", Zero(outcome.DifferingCounters));
        table.AddRow("differing users' notifications", Zero(outcome.DifferingNotifications));
        table.AddRow("duplicates dropped", outcome.DuplicatesDropped is { } dropped ? $"{dropped:N0}" : "unknown");
    }

    private static string Zero(long count) => count == 0 ? "[green]0[/]" : $"[red]{count:N0}[/]";
}
