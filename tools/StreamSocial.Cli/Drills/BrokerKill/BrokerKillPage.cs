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
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Brokers killed and restarted</title><style>")
            .Append("body{font:14px system-ui;margin:2rem;max-width:960px}table{border-collapse:collapse}td,th{padding:.1rem .7rem;text-align:right}td:first-child,th:first-child{text-align:left}")
            .Append(".rate{stroke:#1d4ed8;stroke-width:1.5}.gap{stroke:#c2410c;stroke-width:1.5}.replicas{stroke:#a21caf;stroke-width:1.5}").Append(SvgChart.Style)
            .Append("</style><h1>Brokers killed and restarted</h1><p>Shaded: a broker is away. Dashed: a disturbance begins.</p>");
        page.Append(Chart(report, "actions acknowledged per second", "rate", second => second.AcknowledgedRate));
        page.Append(Chart(report, "longest time between two acknowledgements, s", "gap", second => second.LongestGap?.TotalSeconds));
        page.Append(Chart(report, "partitions without all replicas", "replicas", second => second.UnderReplicated));
        page.Append("<table><tr><th>Broker</th><th>Disturbance</th><th>At</th><th>Outage</th><th>In sync after</th><th>Worst gap</th><th>Share of the rate</th><th>Full rate after</th></tr>");
        foreach (var broker in report.Brokers)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(broker.Broker)}</td><td>{WebUtility.HtmlEncode(broker.Disturbance)}</td><td>{TextFormat.Seconds(broker.At)}</td><td>{TextFormat.Seconds(broker.Outage)}</td><td>{TextFormat.Seconds(broker.InSyncAfter)}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{TextFormat.Milliseconds(broker.WorstGap)}</td><td>{(broker.ShareDuringOutage is { } share ? TextFormat.Percent(share) : "unknown")}</td><td>{(broker.FullRateAfter is { } after ? TextFormat.Seconds(after) : "not seen")}</td></tr>");
        }
        page.Append("</table>");
        return page.Append(CultureInfo.InvariantCulture, $"<p>{(report.Passed ? "The drill held." : "The drill did not hold.")}</p></html>").ToString();
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
