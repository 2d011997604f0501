using System.Globalization;
using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Pages;

/// <summary>The member table of the plain page.</summary>
internal static class PlainMembers
{
    /// <summary>The columns after the name and the partitions of each topic.</summary>
    private static readonly (string Title, Func<MemberSnapshot, string> Text)[] Columns =
    [
        ("Restoring", member => member.Restoring.ToString(CultureInfo.InvariantCulture)),
        ("To come", member => member.ToCome.ToString(CultureInfo.InvariantCulture)),
        ("Of them warm", member => member.Warm.ToString(CultureInfo.InvariantCulture)),
        ("Lag", member => Figures.Count(member.Lag)),
        ("Busy", member => Figures.Share(member.Busy)),
        ("Entries", member => Figures.Rate(member.EntriesPerSecond)),
        ("Epoch", member => member.Epoch.ToString(CultureInfo.InvariantCulture)),
        ("Lost", member => Figures.Count(member.Counters?.Lost)),
        ("Misordered", member => Figures.Count(member.Counters?.Misordered)),
        ("Duplicates dropped", member => Figures.Count(member.Counters?.Duplicates)),
    ];

    public static void Write(HtmlWriter html, DashboardSnapshot snapshot)
    {
        html.Write($"<h2>Feed generators</h2>");
        if (snapshot.Members is not { } members)
        {
            html.Write($"<p id=\"members-unknown\">unknown</p>");
            return;
        }
        if (members.IsEmpty)
            html.Write($"<p>No feed generator reports.</p>");
        html.Write($"<div class=\"scroll\" tabindex=\"0\"><table id=\"members\"><thead><tr><th scope=\"col\">Member</th>");
        foreach (var title in snapshot.Topics.Select(topic => topic.Name).Concat(Columns.Select(column => column.Title)))
            html.Write($"<th scope=\"col\">{title}</th>");
        html.Write($"</tr></thead><tbody>");
        foreach (var member in members)
            WriteRow(html, member);
        html.Write($"</tbody></table></div>");
    }

    private static void WriteRow(HtmlWriter html, MemberSnapshot member)
    {
        var isAlarm = member.Counters is { Lost: > 0 } or { Misordered: > 0 };
        html.Write($"<tr class=\"{(isAlarm ? "alarm" : "")}\"><th scope=\"row\">{member.Name}{(member.IsSilent ? " (silent)" : "")}{(member.IsLeaving ? " (leaving)" : "")}</th>");
        foreach (var partitions in member.Partitions)
            html.Write($"<td>{partitions}</td>");
        foreach (var (_, text) in Columns)
            html.Write($"<td>{text(member)}</td>");
        html.Write($"</tr>");
    }
}
