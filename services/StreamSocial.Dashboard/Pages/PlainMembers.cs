using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Pages;

/// <summary>The members' table of the plain page.</summary>
internal static class PlainMembers
{
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
        html.Write($"<table id=\"members\"><thead><tr><th scope=\"col\">Member</th>");
        foreach (var topic in snapshot.Topics)
            html.Write($"<th scope=\"col\">{topic.Name}</th>");
        html.Write($"<th scope=\"col\">Restoring</th><th scope=\"col\">Lag</th><th scope=\"col\">Busy</th><th scope=\"col\">Entries</th><th scope=\"col\">Epoch</th>")
            .Write($"<th scope=\"col\">Lost</th><th scope=\"col\">Misordered</th><th scope=\"col\">Duplicates dropped</th></tr></thead><tbody>");
        foreach (var member in members)
            WriteRow(html, member);
        html.Write($"</tbody></table>");
    }

    private static void WriteRow(HtmlWriter html, MemberSnapshot member)
    {
        var isAlarm = member.Counters is { Lost: > 0 } or { Misordered: > 0 };
        html.Write($"<tr class=\"{(isAlarm ? "alarm" : "")}\"><th scope=\"row\">{member.Name}{(member.IsSilent ? " (silent)" : "")}</th>");
        foreach (var partitions in member.Partitions)
            html.Write($"<td>{partitions}</td>");
        html.Write($"<td>{member.Restoring}</td><td>{Figures.Count(member.Lag)}</td><td>{Figures.Share(member.Busy)}</td><td>{Figures.Rate(member.EntriesPerSecond)}</td><td>{member.Epoch}</td>")
            .Write($"<td>{Figures.Count(member.Counters?.Lost)}</td><td>{Figures.Count(member.Counters?.Misordered)}</td><td>{Figures.Count(member.Counters?.Duplicates)}</td></tr>");
    }
}
