using System.Diagnostics.Metrics;

namespace StreamSocial.Docs.Tests.Monitoring;

/// <summary>How an instrument is spelled in Prometheus' text format.</summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/</remarks>
internal static class PrometheusNames
{
    /// <summary>The instrument's name with its unit, and <c>_total</c> for a counter; a histogram's series have further suffixes.</summary>
    public static string Of(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            { } rate when rate.EndsWith("/s", StringComparison.Ordinal) => "_per_second",
            _ => "",
        };
        var isCounter = instrument.GetType().Name.Replace("Observable", "").StartsWith("Counter", StringComparison.Ordinal);
        return name + unit + (isCounter ? "_total" : "");
    }

    /// <summary>The names that docs/reference/metrics.md has, by name without the suffixes of histograms.</summary>
    public static IReadOnlySet<string> Documented()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var cells in RepositoryFiles.ReadLines("docs/reference/metrics.md").Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')))
        {
            var name = cells[2].Trim(' ', '`');
            names.Add(name);
            if (cells[4].Trim() == "histogram")
                names.UnionWith([$"{name}_bucket", $"{name}_sum", $"{name}_count"]);
        }
        return names;
    }
}
