using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Pages;

/// <summary>The brokers and what lacks copies, on the plain page.</summary>
internal static class PlainBrokers
{
    public static void Write(HtmlWriter html, DashboardSnapshot snapshot)
    {
        html.Write($"<h2>Brokers</h2>");
        if (snapshot.Cluster is not { } cluster)
        {
            html.Write($"<p>unknown</p>");
            return;
        }
        html.Write($"<p>{Figures.Count(cluster.Offline)} partitions offline, {Figures.Count(cluster.UnderReplicated)} under-replicated, {Figures.Count(cluster.UnderMinInSync)} below min.insync.replicas, {Figures.Count(cluster.NotPreferred)} not led by their preferred leader.</p>");
        html.Write($"<div class=\"scroll\" tabindex=\"0\"><table id=\"brokers\"><thead><tr><th scope=\"col\">Broker</th><th scope=\"col\">Address</th><th scope=\"col\">Status</th><th scope=\"col\">Since</th><th scope=\"col\">Leads</th><th scope=\"col\">Prefers</th><th scope=\"col\">Copies</th><th scope=\"col\">In sync</th></tr></thead><tbody>");
        foreach (var broker in cluster.Brokers)
        {
            html.Write($"<tr class=\"{(broker.Status == "running" ? "" : "alarm")}\"><th scope=\"row\">{broker.Id}{(broker.Id == cluster.ControllerId ? " (controller)" : "")}</th><td>{broker.Address ?? Figures.Unknown}</td>")
                .Write($"<td>{broker.Status}</td><td>{Figures.Time(broker.Since)}</td><td>{Figures.Count(broker.Leaders)}</td><td>{Figures.Count(broker.Preferred)}</td><td>{Figures.Count(broker.Replicas)}</td><td>{Figures.Count(broker.InSync)}</td></tr>");
        }
        html.Write($"</tbody></table></div>");
    }
}
