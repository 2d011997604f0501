using System.Globalization;
using System.Net;
using System.Text;
using StreamSocial.Cli.Output;
using StreamSocial.Scaling.Lab.Runs;

namespace StreamSocial.Cli.Lab;

/// <summary>Draws the runs of the lab as a page that needs nothing else: per load the load, the replicas of each policy, and the age.</summary>
internal static class LabPage
{
    /// <summary>Points of a line; of more, the greatest of several is drawn.</summary>
    private const int Points = 120;

    private const int Height = 150;

    private static readonly string[] Colours = ["#1d4ed8", "#c2410c", "#15803d", "#a21caf", "#0e7490", "#a16207"];

    public static string Render(LabReport report, string calibration)
    {
        var colours = report.Scenarios[0].Runs.Keys.Select((policy, index) => $".{policy}{{stroke:{Colours[index % Colours.Length]};color:{Colours[index % Colours.Length]}}}");
        var page = ReportPage.Begin("Policy lab", "path{stroke-width:1.5}.load{stroke:#555}.oracle{stroke:#999;stroke-dasharray:3 2}" + string.Concat(colours));
        page.Append(CultureInfo.InvariantCulture, $"<p>Calibration: {WebUtility.HtmlEncode(calibration)}. Lines: {PolicyCatalog.Ours} with its defaults, the others tuned for the load.</p><table><tr><th>Promise of {PolicyCatalog.Ours}</th><th>Held</th><th>Figures</th></tr>");
        foreach (var promise in report.Promises)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(promise.Promise)}</td><td>{(promise.Held ? "yes" : "no")}</td><td>{WebUtility.HtmlEncode(promise.Detail)}</td></tr>");
        page.Append("</table>");
        foreach (var scenario in report.Scenarios)
            Render(page, scenario);
        return page.End();
    }

    private static void Render(StringBuilder page, ScenarioReport report)
    {
        var scenario = report.Scenario;
        var drawn = report.Runs.Keys.Select(policy => policy == PolicyCatalog.Ours ? report.Ours : report.Tuned(policy)).ToArray();
        page.Append(CultureInfo.InvariantCulture, $"<h2>{WebUtility.HtmlEncode(scenario.Name)}</h2><p>{WebUtility.HtmlEncode(scenario.Description)}</p>");
        page.Append(new SvgChart("load, replicas always busy", scenario.Load.Seconds, scenario.LoadInReplicas.Max(), Height).Line("load", Thin([.. scenario.LoadInReplicas])));
        var replicas = new SvgChart("replicas", scenario.Load.Seconds, drawn.Append(report.Oracle).Max(run => run.Replicas.Max()), Height).Line("oracle", Corners(report.Oracle));
        var ages = new SvgChart("age of the oldest record, s", scenario.Load.Seconds, drawn.Max(run => run.WorstAgeSeconds), Height).Target(PolicyCatalog.AgeTarget.TotalSeconds);
        foreach (var run in drawn)
        {
            replicas.Line(run.Policy, Corners(run));
            ages.Line(run.Policy, Thin([.. run.AgeSeconds.Select(age => (double)age)]));
        }
        page.Append(replicas).Append(ages);
        page.Append("<table><tr><th>Policy</th><th>Settings</th><th>Steps</th><th>Late, s</th><th>Worst age, s</th><th>Replica-seconds</th><th>Of the oracle's</th><th>Rebalances</th><th>Oscillations</th></tr>");
        foreach (var run in drawn.Append(report.Static).Append(report.CarefulOracle).Append(report.Oracle))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"{run.Policy}\">{run.Policy}</td><td>{run.Settings}</td><td>{run.StepsToSettle}</td><td>{run.SecondsLate}</td><td>{run.WorstAgeSeconds:0.0}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{run.ReplicaSeconds:0}</td><td>{report.CostOf(run):0.00}</td><td>{run.Rebalances}</td><td>{run.Oscillations}</td></tr>");
        }
        page.Append("</table>");
    }

    /// <summary>The greatest figure of each stretch, so that no peak is lost; of equal ones in a row the first and the last.</summary>
    private static IEnumerable<(double, double?)> Thin(double[] figures)
    {
        var size = Math.Max(1, (int)Math.Ceiling((double)figures.Length / Points));
        var peaks = figures.Chunk(size).Select((chunk, index) => (Second: (double)index * size, Value: (double?)Math.Round(chunk.Max(), 2))).ToArray();
        return peaks.Where((peak, index) => index == 0 || index == peaks.Length - 1 || peak.Value != peaks[index - 1].Value || peak.Value != peaks[index + 1].Value);
    }

    /// <summary>Replicas as steps.</summary>
    private static IEnumerable<(double, double?)> Corners(RunResult run)
    {
        for (var second = 0; second < run.Replicas.Length; second++)
        {
            if (second > 0 && run.Replicas[second] != run.Replicas[second - 1])
                yield return (second, run.Replicas[second - 1]);
            if (second == 0 || second == run.Replicas.Length - 1 || run.Replicas[second] != run.Replicas[second - 1])
                yield return (second, run.Replicas[second]);
        }
    }
}
