using System.Globalization;
using System.Net;
using System.Text;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.BrokerKill;

/// <summary>Draws the drill as a page that needs nothing else: throughput, gaps between acknowledgements and partitions without all replicas over time.</summary>
internal static class BrokerKillPage
{
    public static string Render(BrokerKillReport report)
    {
        var page = ReportPage.Begin("Brokers killed and restarted", ".rate{stroke:#1d4ed8;stroke-width:1.5}.gap{stroke:#c2410c;stroke-width:1.5}.replicas{stroke:#a21caf;stroke-width:1.5}.alerts{stroke:#b91c1c;stroke-width:1.5}");
        page.Append("<p>Shaded: a broker is away. Dashed: a disturbance begins.</p>");
        page.Append(Chart(report, "actions acknowledged per second", "rate", second => second.AcknowledgedRate));
        page.Append(Chart(report, "longest time between two acknowledgements, s", "gap", second => second.LongestGap?.TotalSeconds));
        page.Append(Chart(report, "partitions without all replicas", "replicas", second => second.UnderReplicated));
        page.Append(Chart(report, "alerts that fire", "alerts", second => report.Alerts?.Count(alert => alert.Fires(second.At))));
        page.Append("<table><tr><th>Broker</th><th>Disturbance</th><th>At</th><th>Outage</th><th>In sync after</th><th>Worst gap</th><th>Share of the rate</th><th>Full rate after</th></tr>");
        foreach (var broker in report.Brokers)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(broker.Broker)}</td><td>{WebUtility.HtmlEncode(broker.Disturbance)}</td><td>{TextFormat.Seconds(broker.At)}</td><td>{TextFormat.Seconds(broker.Outage)}</td><td>{TextFormat.Seconds(broker.InSyncAfter)}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{TextFormat.Milliseconds(broker.WorstGap)}</td><td>{(broker.ShareDuringOutage is { } share ? TextFormat.Percent(share) : "unknown")}</td><td>{(broker.FullRateAfter is { } after ? TextFormat.Seconds(after) : "not seen")}</td></tr>");
        }
        page.Append("</table>");
        AppendAlerts(page, report.Alerts);
        page.Append(CultureInfo.InvariantCulture, $"<p>{(report.Passed ? "The drill held." : "The drill did not hold.")}</p>");
        return page.End();
    }

    private static void AppendAlerts(StringBuilder page, IReadOnlyList<FiredAlert>? alerts)
    {
        if (alerts is null)
        {
            page.Append("<p>The alerts are unknown.</p>");
            return;
        }
        page.Append("<table><tr><th>Alert</th><th>Fired at</th><th>Resolved at</th><th>Of</th><th>What it said</th></tr>");
        foreach (var alert in alerts)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(alert.Rule)}</td><td>{TextFormat.Seconds(alert.FiredAt)}</td><td>{(alert.ResolvedAt is { } at ? TextFormat.Seconds(at) : "not yet")}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{WebUtility.HtmlEncode(alert.Labels)}</td><td>{WebUtility.HtmlEncode(alert.Text)}</td></tr>");
        }
        page.Append("</table>");
    }

    private static SvgChart Chart(BrokerKillReport report, string title, string style, Func<TimelineSecond, double?> figure)
    {
        var began = report.Timeline.Count == 0 ? TimeSpan.Zero : report.Timeline[0].At;
        var chart = new SvgChart(title, Math.Max(1, report.Timeline.Count), report.Timeline.Max(figure) ?? 0);
        foreach (var broker in report.Brokers)
            chart.Span((broker.At - began).TotalSeconds, (broker.At + broker.Outage - began).TotalSeconds).Step((broker.At - began).TotalSeconds);
        return chart.Line(style, report.Timeline.Select(second => ((second.At - began).TotalSeconds, figure(second))));
    }
}
