using System.Globalization;
using System.Net;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.Spike;

/// <summary>Draws the runs as a page that needs nothing else: age and replicas over time, with the decisions.</summary>
internal static class SpikePage
{
    public static string Render(SpikeReport report)
    {
        var page = ReportPage.Begin("A crowd comes and leaves", ".age{stroke:#c2410c;stroke-width:1.5}.replicas{stroke:#1d4ed8;stroke-width:2}");
        var longest = report.Runs.Max(run => run.Samples[^1].At.TotalSeconds);
        foreach (var run in report.Runs)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>Policy {WebUtility.HtmlEncode(run.Policy)}</h2>");
            var target = run.AgeTarget.TotalSeconds;
            page.Append(Chart(run, longest, "age of the oldest record, s", Math.Max(target, run.WorstAgeSeconds ?? 0), "age", sample => sample.AgeSeconds).Target(target));
            page.Append(Chart(run, longest, "replicas ready", run.MostReplicas, "replicas", sample => sample.Ready));
            page.Append("<table><tr><th>At</th><th>Replicas</th><th>Reason</th></tr>");
            foreach (var decision in run.Steps)
                page.Append(CultureInfo.InvariantCulture, $"<tr><td>{decision.At.TotalSeconds:0.0} s</td><td>{decision.Current} → {decision.Desired}</td><td>{WebUtility.HtmlEncode(decision.Reason)}</td></tr>");
            page.Append("</table>");
        }
        return page.End();
    }

    private static SvgChart Chart(SpikeRun run, double longest, string title, double most, string style, Func<SpikeSample, double?> figure)
    {
        var chart = new SvgChart(title, longest, most).Span(run.SpikeBegins.TotalSeconds, run.SpikeEnds.TotalSeconds);
        foreach (var decision in run.Steps)
            chart.Step(decision.At.TotalSeconds);
        return chart.Line(style, run.Samples.Select(sample => (sample.At.TotalSeconds, figure(sample))));
    }
}
