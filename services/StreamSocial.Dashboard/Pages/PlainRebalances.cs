using System.Globalization;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Pages;

/// <summary>The rebalances of the plain page: one row each, and one for what each replica did in the latest.</summary>
internal static class PlainRebalances
{
    public static void Write(HtmlWriter html, DashboardSnapshot snapshot)
    {
        html.Write($"<h2>Rebalances</h2>");
        if (snapshot.Rebalances is not { } rebalances)
        {
            html.Write($"<p>unknown</p>");
            return;
        }
        if (rebalances.IsEmpty)
        {
            html.Write($"<p>No rebalance in the last minutes.</p>");
            return;
        }
        html.Write($"<div class=\"scroll\" tabindex=\"0\"><table id=\"rebalances\"><thead><tr>");
        foreach (var title in new[] { "Began", "Took", "Paused partition-seconds", "Paused partitions", "Moved", "Had to move", "First placed", "Restored bytes" })
            html.Write($"<th scope=\"col\">{title}</th>");
        html.Write($"</tr></thead><tbody>");
        foreach (var rebalance in rebalances)
        {
            html.Write($"<tr><th scope=\"row\">{Figures.Time(rebalance.StartedAt)}</th><td>{Took(rebalance.StartedAt, rebalance.EndedAt)}</td>")
                .Write($"<td>{(rebalance.UnknownStarts > 0 ? "≥ " : "")}{rebalance.PausedPartitionSeconds.ToString("N1", CultureInfo.InvariantCulture)}</td>")
                .Write($"<td>{rebalance.PausedPartitions}</td><td>{rebalance.Moved}</td><td>{rebalance.MinimumMoved}</td><td>{rebalance.Placed}</td>")
                .Write($"<td>{Figures.Count(rebalance.RestoredBytes)}</td></tr>");
        }
        html.Write($"</tbody></table></div>");
        WriteLatest(html, rebalances[0]);
    }

    private static void WriteLatest(HtmlWriter html, RebalanceSnapshot latest)
    {
        html.Write($"<h2>The latest rebalance</h2><div class=\"scroll\" tabindex=\"0\"><table id=\"phases\"><thead><tr><th scope=\"col\">Replica</th><th scope=\"col\">Phase</th><th scope=\"col\">From</th><th scope=\"col\">Took</th><th scope=\"col\">Partitions</th></tr></thead><tbody>");
        foreach (var phase in latest.Phases)
        {
            html.Write($"<tr><th scope=\"row\">{phase.Name}</th><td>{phase.Kind}</td><td>{Figures.Time(phase.From)}</td><td>{Took(phase.From, phase.To)}</td>")
                .Write($"<td>{phase.Partitions}</td></tr>");
        }
        html.Write($"</tbody></table></div>");
        foreach (var paused in latest.Paused)
            html.Write($"<p>Paused of {paused.Topic}: {paused.Partitions}.</p>");
    }

    private static string Took(long from, long? to) => to is { } end ? ((end - from) / 1000.0).ToString("N1", CultureInfo.InvariantCulture) + " s" : "goes on";
}
