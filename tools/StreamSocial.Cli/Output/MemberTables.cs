using System.Globalization;
using Spectre.Console;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Cli.Output;

/// <summary>Shows the members and the edges on which their audit found something.</summary>
internal static class MemberTables
{
    private const int MaxDelays = 20;

    public static void Write(IAnsiConsole console, GroupReading group, TimeSpan watched)
    {
        var members = group.Members!;
        if (members.Count == 0)
        {
            console.MarkupLine("[yellow]No members.[/] Does a feed generator run on this cluster?");
            return;
        }

        var table = new Table().AddColumns("Member", "Reported", "Partitions", "To come, warm", "Failed", "Entries/s busy", "Busy", "Processed", "Lost", "Duplicates dropped", "Misordered", "Skipped by resets");
        foreach (var member in members.OrderBy(member => member.MemberId, StringComparer.Ordinal))
        {
            table.AddRow(
                Markup.Escape(member.MemberId),
                DateTimeOffset.FromUnixTimeMilliseconds(member.ReportedAt).ToString("u", CultureInfo.InvariantCulture),
                Markup.Escape(string.Join(", ", member.Topics.Select(topic => $"{topic.Topic} {topic.Partitions.Count}"))),
                $"{member.ToCome:N0}, {member.Warm:N0}",
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
        WriteLoads(console, group, watched);
        WriteDelays(console, group, watched);
        WriteEdges(console, [.. members.SelectMany(member => member.Edges)]);
    }

    private static void WriteLoads(IAnsiConsole console, GroupReading group, TimeSpan watched)
    {
        var table = new Table().AddColumns("Member", "Lag", "Oldest waits", "State", "Memory");
        foreach (var member in group.Members!.OrderBy(member => member.MemberId, StringComparer.Ordinal))
        {
            var load = MemberLoad.Of(member, group);
            table.AddRow(
                Markup.Escape(member.MemberId), Text(load.Lag), Age(load.OldestAge, watched), member.MemoryBytes > 0 ? Bytes(member.StateBytes) : "unknown", member.MemoryBytes > 0 ? Bytes(member.MemoryBytes) : "unknown");
        }
        console.Write(table);
        var stores = new Table().AddColumns("Store", "Entries", "Keys and values");
        foreach (var store in group.Members!.SelectMany(member => member.Stores).GroupBy(store => store.Name).OrderByDescending(store => store.Sum(size => size.Bytes)))
            stores.AddRow(Markup.Escape(store.Key), Text(store.Sum(size => size.Entries)), Bytes(store.Sum(size => size.Bytes)));
        console.Write(stores);
    }

    private static void WriteDelays(IAnsiConsole console, GroupReading group, TimeSpan watched)
    {
        var delays = group.Topics
            .SelectMany(topic => topic.Partitions.Index().Select(partition => (topic.Topic, partition.Index, Reading: partition.Item)))
            .Where(partition => partition.Reading.Diagnosis.Cause != DelayCause.None)
            .OrderByDescending(partition => partition.Reading.OldestAge)
            .ToList();
        var unjudged = group.Topics.SelectMany(topic => topic.Partitions).Count(partition => partition.Diagnosis.Status == ConsumerStatus.Unknown);
        if (unjudged > 0)
            console.MarkupLineInterpolated($"[yellow]{unjudged:N0} partitions cannot be judged:[/] there were too few readings. Give more --seconds.");
        else if (delays.Count == 0)
            console.MarkupLine("No partition waits for anything but its turn.");
        if (delays.Count == 0)
            return;
        var table = new Table().AddColumns("Partition", "Consumer", "Lag", "Oldest waits", "Cause", "Remedy");
        foreach (var (topic, partition, reading) in delays.Take(MaxDelays))
        {
            table.AddRow(
                Markup.Escape($"{topic}/{partition}"), $"{reading.Diagnosis.Status}", Text(reading.Lag), Age(reading.OldestAge, watched),
                reading.Diagnosis.Cause.Title(), Markup.Escape(reading.Diagnosis.Cause.Remedy()));
        }
        console.Write(table);
        if (delays.Count > MaxDelays)
            console.MarkupLineInterpolated($"{delays.Count - MaxDelays:N0} more; --json has the figures by member.");
    }

    /// <summary>What waited before the first reading has waited for at least so long.</summary>
    private static string Age(TimeSpan? age, TimeSpan watched) =>
        age is not { } known ? "unknown" : known >= watched ? $"≥ {known.TotalSeconds:0.0} s" : $"{known.TotalSeconds:0.0} s";

    private static string Bytes(long bytes) => $"{bytes / 1048576.0:N1} MiB";

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
