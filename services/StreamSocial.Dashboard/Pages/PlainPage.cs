using System.Globalization;
using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Pages;

/// <summary>The same figures without script: one page that reloads itself.</summary>
internal static class PlainPage
{
    /// <param name="snapshot">What to show; null before the first snapshot.</param>
    /// <param name="hasLivePage">Whether the page with script was built.</param>
    public static string Render(DashboardSnapshot? snapshot, bool hasLivePage)
    {
        var html = new HtmlWriter();
        html.Write($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="refresh" content="2"><title>StreamSocial</title><link rel="icon" href="data:,"><link rel="stylesheet" href="plain.css"></head><body>
            <header><h1>StreamSocial</h1>
            """);
        if (hasLivePage)
            html.Write($"<p><a href=\"./\">Live page</a></p>");
        else
            html.Write($"<p>The live page needs Node 20 or newer at build time; this is the plain one.</p>");
        html.Write($"</header><main>");
        if (snapshot is null)
            html.Write($"<p>No snapshot has been taken yet.</p>");
        else
            WriteFigures(html, snapshot);
        html.Write($"</main></body></html>");
        return html.ToString();
    }

    private static void WriteFigures(HtmlWriter html, DashboardSnapshot snapshot)
    {
        html.Write($"<p>Snapshot <span id=\"version\">{snapshot.Version}</span>, {Figures.Time(snapshot.At)}.</p>");
        if (snapshot.IsDemo)
            html.Write($"<p class=\"warning\">These figures are made up (Dashboard:Demo).</p>");
        if (!snapshot.Unknown.IsEmpty)
            html.Write($"<p class=\"warning\">Unknown: {string.Join(", ", snapshot.Unknown)}.</p>");
        PlainAlerts.WriteBanner(html, snapshot);
        WriteTotals(html, snapshot);
        WriteTopics(html, snapshot);
        PlainDelays.Write(html, snapshot);
        PlainMembers.Write(html, snapshot);
        PlainBrokers.Write(html, snapshot);
        PlainAlerts.Write(html, snapshot);
        WriteDecisions(html, snapshot);
        PlainRebalances.Write(html, snapshot);
        foreach (var topic in snapshot.Topics)
            PlainHeatMap.Write(html, topic);
    }

    private static void WriteTotals(HtmlWriter html, DashboardSnapshot snapshot)
    {
        var totals = snapshot.Totals;
        html.Write($"<h2>Totals</h2><div class=\"scroll\" tabindex=\"0\"><table id=\"totals\"><tbody>");
        Row("Records in", Figures.Rate(totals.RateIn));
        Row("Records processed", Figures.Rate(totals.RateOut));
        Row("Entries processed", Figures.Rate(totals.EntriesPerSecond));
        Row("Lag", Figures.AtLeast(totals.Lag, totals.UnknownLags));
        Row("Oldest record waits", Figures.AtLeast(Figures.Age(totals.OldestAgeMs), totals.UnknownAges));
        Row("Behind the checkpoints", Figures.Count(totals.CommittedLag));
        Row("Replicas asked for", Figures.Count(snapshot.Scale?.Desired));
        Row("Replicas running", Figures.Count(snapshot.Scale?.Running));
        Row("Lost", Figures.Count(totals.Counters?.Lost), totals.Counters?.Lost > 0);
        Row("Misordered", Figures.Count(totals.Counters?.Misordered), totals.Counters?.Misordered > 0);
        Row("Duplicates dropped", Figures.Count(totals.Counters?.Duplicates));
        html.Write($"</tbody></table></div>");

        void Row(string name, string value, bool isAlarm = false) =>
            html.Write($"<tr class=\"{(isAlarm ? "alarm" : "")}\"><th scope=\"row\">{name}</th><td>{value}</td></tr>");
    }

    private static void WriteTopics(HtmlWriter html, DashboardSnapshot snapshot)
    {
        html.Write($"<h2>Topics</h2><div class=\"scroll\" tabindex=\"0\"><table id=\"topics\"><thead><tr><th scope=\"col\">Topic</th><th scope=\"col\">Partitions</th><th scope=\"col\">In</th><th scope=\"col\">Processed</th><th scope=\"col\">Lag</th><th scope=\"col\">Behind the checkpoints</th></tr></thead><tbody>");
        foreach (var topic in snapshot.Topics)
        {
            html.Write($"<tr><th scope=\"row\">{topic.Name}</th><td>{Figures.Count(topic.Ends?.Length)}</td><td>{Figures.Rate(topic.RateIn)}</td>")
                .Write($"<td>{Figures.Rate(topic.RateOut)}</td><td>{Figures.AtLeast(topic.Lag, topic.UnknownLags)}</td><td>{Figures.Count(topic.CommittedLag)}</td></tr>");
        }
        html.Write($"</tbody></table></div>");
    }

    private static void WriteDecisions(HtmlWriter html, DashboardSnapshot snapshot)
    {
        html.Write($"<h2>Scaling decisions</h2>");
        if (snapshot.Decisions is not { } decisions)
        {
            html.Write($"<p>unknown</p>");
            return;
        }
        html.Write($"<div class=\"scroll\" tabindex=\"0\"><table id=\"decisions\"><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">Verdict</th><th scope=\"col\">From</th><th scope=\"col\">To</th><th scope=\"col\">Done</th><th scope=\"col\">Why</th></tr></thead><tbody>");
        foreach (var decision in decisions)
        {
            html.Write($"<tr><td>{Figures.Time(decision.At)}</td><td>{decision.Verdict}</td><td>{Replicas(decision.Current)}</td>")
                .Write($"<td>{Replicas(decision.Desired)}</td><td>{Done(decision)}</td><td class=\"text\">{decision.Reason}</td></tr>");
        }
        html.Write($"</tbody></table></div>");
    }

    private static string Done(DecisionSnapshot decision) => decision switch
    {
        { Verdict: not ("out" or "in") } => "",
        { IsDone: null } => "no answer yet",
        { IsDone: true } => "yes",
        _ => $"not done: {decision.Actuation}",
    };

    private static string Replicas(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? Figures.Unknown;
}
