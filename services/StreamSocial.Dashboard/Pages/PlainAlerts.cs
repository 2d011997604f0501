using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Pages;

/// <summary>What fires or is pending, on the plain page: a banner, and the table.</summary>
internal static class PlainAlerts
{
    public static void WriteBanner(HtmlWriter html, DashboardSnapshot snapshot)
    {
        var firing = (snapshot.Alerts ?? []).Where(alert => alert.Status == "firing" && alert.SilencedUntil is null).Select(alert => alert.Rule).Distinct().ToList();
        if (firing.Count > 0)
            html.Write($"<p class=\"warning\" id=\"alert-banner\" role=\"alert\">Firing: {string.Join(", ", firing)}.</p>");
    }

    public static void Write(HtmlWriter html, DashboardSnapshot snapshot)
    {
        html.Write($"<h2>Alerts</h2>");
        if (snapshot.Alerts is not { } alerts)
        {
            html.Write($"<p>unknown</p>");
            return;
        }
        if (alerts.IsEmpty)
        {
            html.Write($"<p>Nothing fires.</p>");
            return;
        }
        html.Write($"<div class=\"scroll\" tabindex=\"0\"><table id=\"alerts\"><thead><tr><th scope=\"col\">Alert</th><th scope=\"col\">Severity</th><th scope=\"col\">Status</th><th scope=\"col\">Since</th><th scope=\"col\">What</th><th scope=\"col\">What to do</th></tr></thead><tbody>");
        foreach (var alert in alerts)
        {
            html.Write($"<tr><th scope=\"row\">{alert.Rule}</th><td>{alert.Severity}</td><td>{alert.Status}{(alert.SilencedUntil is null ? "" : ", silenced")}</td><td>{Figures.Time(alert.Since)}</td>")
                .Write($"<td class=\"text\">{alert.Text}</td><td class=\"text\">{alert.Remedy}</td></tr>");
        }
        html.Write($"</tbody></table></div>");
    }
}
