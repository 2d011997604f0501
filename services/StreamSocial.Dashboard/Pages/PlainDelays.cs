using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Dashboard.Pages;

/// <summary>The partitions whose records wait, each with the cause and its remedy, as a table.</summary>
internal static class PlainDelays
{
    private const int MaxRows = 50;

    private static readonly string None = CauseSnapshot.CodeOf(DelayCause.None);

    public static void Write(HtmlWriter html, DashboardSnapshot snapshot)
    {
        html.Write($"<h2>What waits, and why</h2>");
        var delayed = snapshot.Topics
            .SelectMany(topic => (topic.Causes ?? []).Index().Where(cause => cause.Item != None).Select(cause => (Topic: topic, Partition: cause.Index, Code: cause.Item)))
            .OrderByDescending(delay => delay.Topic.OldestAgesMs![delay.Partition])
            .ToList();
        if (delayed.Count == 0)
        {
            html.Write($"<p>All partitions whose consumers can be judged keep up.</p>");
            return;
        }
        html.Write($"<div class=\"scroll\" tabindex=\"0\"><table id=\"delays\"><thead><tr><th scope=\"col\">Partition</th><th scope=\"col\">Consumer</th><th scope=\"col\">Oldest waits</th><th scope=\"col\">Cause</th><th scope=\"col\">Remedy</th></tr></thead><tbody>");
        foreach (var (topic, partition, code) in delayed.Take(MaxRows))
        {
            var cause = snapshot.Causes.First(cause => cause.Code == code);
            var age = topic.OldestAgesMs![partition];
            html.Write($"<tr><th scope=\"row\">{topic.Name} #{partition}</th><td>{topic.Statuses![partition]}</td><td>{(topic.LeastAges!.Contains(partition) ? "≥ " : "")}{Figures.Age(age)}</td><td>{cause.Title}</td><td>{cause.Remedy}</td></tr>");
        }
        html.Write($"</tbody></table></div>");
        if (delayed.Count > MaxRows)
            html.Write($"<p>{Figures.Count(delayed.Count - MaxRows)} more.</p>");
    }
}
