using Spectre.Console;
using StreamSocial.Kafka.Groups;

namespace StreamSocial.Cli.Output;

/// <summary>Shows consumer groups and their members.</summary>
internal static class GroupTables
{
    public static void Write(IAnsiConsole console, ConsumerGroups read)
    {
        if (!read.Groups.IsEmpty)
            Write(console, read.Groups);
        else if (read.Unread.IsEmpty)
            console.MarkupLine("No group reads the catalogue's topics.");
        foreach (var unread in read.Unread)
            console.MarkupLineInterpolated($"[yellow]Unknown[/]: {unread}.");
    }

    private static void Write(IAnsiConsole console, IReadOnlyList<ConsumerGroup> groups)
    {
        var table = new Table().AddColumns("Group", "State", "Protocol", "Reads", "Lag", "Members", "Partitions, max - min");
        foreach (var group in groups)
        {
            table.AddRow(
                Markup.Escape(group.Id),
                group.State,
                group.Type,
                string.Join(", ", group.Topics.Select(topic => $"{topic.Name} ({topic.Partitions})")),
                TextFormat.Count(group.Lag),
                $"{group.Members.Length}",
                group.Members.IsEmpty ? "no members" : $"{group.Members.Max(member => member.Partitions) - group.Members.Min(member => member.Partitions)}");
        }
        console.Write(table);
        foreach (var group in groups)
        {
            foreach (var member in group.Members)
                console.MarkupLineInterpolated($"  {group.Id}: {member.ClientId} from {member.Host.TrimStart('/')}: {member.Partitions} partitions, lag {TextFormat.Count(member.Lag)}");
        }
    }
}
