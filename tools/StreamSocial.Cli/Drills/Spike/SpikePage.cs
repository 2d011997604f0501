using System.Globalization;
using System.Net;
using System.Text;

namespace StreamSocial.Cli.Drills.Spike;

/// <summary>Draws the runs as a page that needs nothing else: age and replicas over time, with the decisions.</summary>
internal static class SpikePage
{
    private const int Width = 900;
    private const int Height = 220;
    private const int Margin = 48;

    public static string Render(SpikeReport report)
    {
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Spike</title><style>")
            .Append("body{font:14px system-ui;margin:2rem;max-width:960px}svg{width:100%;height:auto}.axis{stroke:#999}.label{fill:#555;font-size:11px}")
            .Append(".age{fill:none;stroke:#c2410c;stroke-width:1.5}.replicas{fill:none;stroke:#1d4ed8;stroke-width:2}.crowd{fill:#fde68a;opacity:.5}.target{stroke:#c2410c;stroke-dasharray:4 4}.step{stroke:#1d4ed8;stroke-dasharray:2 3}")
            .Append("</style><h1>A crowd comes and leaves</h1>");
        var longest = report.Runs.Max(run => run.Samples[^1].At.TotalSeconds);
        foreach (var run in report.Runs)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>Policy {WebUtility.HtmlEncode(run.Policy)}</h2>");
            Chart(page, run, longest, "age of the oldest record, s", "age", sample => sample.AgeSeconds, run.AgeTarget.TotalSeconds);
            Chart(page, run, longest, "replicas ready", "replicas", sample => sample.Ready, null);
            page.Append("<table><tr><th>At</th><th>Replicas</th><th>Reason</th></tr>");
            foreach (var decision in run.Steps)
                page.Append(CultureInfo.InvariantCulture, $"<tr><td>{decision.At.TotalSeconds:0.0} s</td><td>{decision.Current} → {decision.Desired}</td><td>{WebUtility.HtmlEncode(decision.Reason)}</td></tr>");
            page.Append("</table>");
        }
        return page.Append("</html>").ToString();
    }

    private static void Chart(StringBuilder page, SpikeRun run, double longest, string title, string style, Func<SpikeSample, double?> figure, double? target)
    {
        var most = Math.Max(1, Math.Max(target ?? 0, run.Samples.Max(figure) ?? 0)) * 1.1;
        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}\">");
        page.Append(CultureInfo.InvariantCulture, $"<rect class=\"crowd\" x=\"{X(run.SpikeBegins.TotalSeconds):0.#}\" y=\"0\" width=\"{X(run.SpikeEnds.TotalSeconds) - X(run.SpikeBegins.TotalSeconds):0.#}\" height=\"{Height - Margin}\"/>");
        page.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{Margin}\" y1=\"{Height - Margin}\" x2=\"{Width}\" y2=\"{Height - Margin}\"/><text class=\"label\" x=\"4\" y=\"12\">{title} (top {most:0.#})</text>");
        for (var second = 0; second <= longest; second += 30)
            page.Append(CultureInfo.InvariantCulture, $"<text class=\"label\" x=\"{X(second):0.#}\" y=\"{Height - Margin + 16}\">{second} s</text>");
        if (target is { } line)
            page.Append(CultureInfo.InvariantCulture, $"<line class=\"target\" x1=\"{Margin}\" y1=\"{Y(line):0.#}\" x2=\"{Width}\" y2=\"{Y(line):0.#}\"/>");
        foreach (var decision in run.Steps)
            page.Append(CultureInfo.InvariantCulture, $"<line class=\"step\" x1=\"{X(decision.At.TotalSeconds):0.#}\" y1=\"0\" x2=\"{X(decision.At.TotalSeconds):0.#}\" y2=\"{Height - Margin}\"/>");
        // An unknown figure interrupts the line.
        var pen = 'M';
        page.Append(CultureInfo.InvariantCulture, $"<path class=\"{style}\" d=\"");
        foreach (var sample in run.Samples)
        {
            if (figure(sample) is not { } value)
            {
                pen = 'M';
                continue;
            }
            page.Append(CultureInfo.InvariantCulture, $"{pen}{X(sample.At.TotalSeconds):0.#} {Y(value):0.#}");
            pen = 'L';
        }
        page.Append("\"/></svg>");

        double X(double seconds) => Margin + ((Width - Margin) * seconds / longest);
        double Y(double value) => (Height - Margin) * (1 - (value / most));
    }
}
