using System.Globalization;
using Spectre.Console;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Output;

/// <summary>Shows the members and the edges on which their audit found something.</summary>
internal static class MemberTables
{
    public static void Write(IAnsiConsole console, IReadOnlyCollection<Member> members)
    {
        if (members.Count == 0)
        {
            console.MarkupLine("[yellow]No members.[/] Does a feed generator run on this cluster?");
            return;
        }

        var table = new Table().AddColumns("Member", "Reported", "Partitions", "Failed", "Entries/s busy", "Busy", "Processed", "Lost", "Duplicates dropped", "Misordered", "Skipped by resets");
        foreach (var member in members.OrderBy(member => member.MemberId, StringComparer.Ordinal))
        {
            table.AddRow(
                Markup.Escape(member.MemberId),
                DateTimeOffset.FromUnixTimeMilliseconds(member.ReportedAt).ToString("u", CultureInfo.InvariantCulture),
                Markup.Escape(string.Join(", ", member.Topics.Select(topic => $"{topic.Topic} {topic.Partitions.Count}"))),
                $"{member.FailedTasks.Count:N0}",
                member.HasTrueRate ? $"{member.TrueRate:N0}" : "unknown",
                member.HasBusyRatio ? $"{member.BusyRatio:P0}" : "unknown",
                Text(member.Counters?.EntriesProcessed),
                Text(member.Audit?.Lost),
                Text(member.Audit?.DuplicatesDropped),
                Text(member.Audit?.Misordered),
                Text(member.Audit?.RecordsSkipped));
        }

        console.Write(table);
        WriteEdges(console, [.. members.SelectMany(member => member.Edges)]);
    }

    private static void WriteEdges(IAnsiConsole console, IReadOnlyCollection<EdgeAudit> edges)
    {
        if (edges.Count == 0)
        {
            console.MarkupLine("No edge lost, repeated or misordered an entry.");
            return;
        }

        var table = new Table().AddColumns("Edge from", "to", "Lost", "Duplicates dropped", "Misordered");
        foreach (var edge in edges.OrderByDescending(edge => edge.Lost + edge.Misordered).ThenByDescending(edge => edge.DuplicatesDropped))
            table.AddRow(Markup.Escape(edge.Source), Markup.Escape($"{edge.Topic}/{edge.Partition}"), $"{edge.Lost:N0}", $"{edge.DuplicatesDropped:N0}", $"{edge.Misordered:N0}");
        console.Write(table);
    }

    private static string Text(long? value) => value is { } known ? $"{known:N0}" : "unknown";
}
