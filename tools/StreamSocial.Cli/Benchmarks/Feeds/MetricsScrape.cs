using System.Globalization;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>One answer of a <c>/metrics</c> endpoint in Prometheus' text format.</summary>
/// <remarks>https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format</remarks>
internal sealed class MetricsScrape
{
    private readonly Dictionary<string, double> _sums = [];

    /// <summary>The sum of a metric's series; null when there is none.</summary>
    public double? this[string metric] => _sums.TryGetValue(metric, out var sum) ? sum : null;

    /// <summary>Reads an answer; lines that are no sample are passed over.</summary>
    public static MetricsScrape Parse(string text)
    {
        var scrape = new MetricsScrape();
        foreach (var range in text.AsSpan().Split('\n'))
            scrape.Add(text.AsSpan()[range]);
        return scrape;
    }

    private void Add(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty || line[0] == '#')
            return;
        var nameEnd = line.IndexOfAny('{', ' ');
        if (nameEnd < 0)
            return;
        // A label's value may hold spaces and braces; what follows the last brace does not.
        var rest = line[nameEnd] == '{' ? line[(line.LastIndexOf('}') + 1)..] : line[nameEnd..];
        var fields = rest.Trim().ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0 || !double.TryParse(fields[0], CultureInfo.InvariantCulture, out var value))
            return;
        var name = line[..nameEnd].ToString();
        _sums[name] = _sums.GetValueOrDefault(name) + value;
    }
}
