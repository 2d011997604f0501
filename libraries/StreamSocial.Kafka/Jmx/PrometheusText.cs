using System.Globalization;
using System.Text;

namespace StreamSocial.Kafka.Jmx;

/// <summary>Reads Prometheus' text format, version 0.0.4. Pure.</summary>
internal static class PrometheusText
{
    /// <summary>The samples of a text.</summary>
    /// <exception cref="FormatException">A line is not in the format; the message says which.</exception>
    public static IEnumerable<PrometheusSample> Read(string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var trimmed = line.Trim();
            if (trimmed.Length > 0 && trimmed[0] != '#')
                yield return ReadLine(trimmed) ?? throw new FormatException($"line {number} is not in Prometheus' text format");
        }
    }

    private static PrometheusSample? ReadLine(string line)
    {
        var nameEnd = line.AsSpan().IndexOfAny(" \t{");
        if (nameEnd <= 0)
            return null;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = nameEnd;
        if (line[at] == '{' && !TryReadLabels(line, ref at, labels))
            return null;
        // A time may follow the value; when a sample was taken does not matter here.
        var value = line.AsSpan(at).Trim();
        if (value.IndexOfAny(" \t") is > 0 and var end)
            value = value[..end];
        return TryReadValue(value, out var read) ? new PrometheusSample(line[..nameEnd], labels, read) : null;
    }

    private static bool TryReadLabels(string line, ref int at, Dictionary<string, string> labels)
    {
        for (at++; at < line.Length && line[at] != '}';)
        {
            var equals = line.IndexOf('=', at);
            if (equals < 0 || equals + 1 >= line.Length || line[equals + 1] != '"')
                return false;
            var name = line[at..equals].Trim(' ', ',');
            var value = new StringBuilder();
            for (at = equals + 2; at < line.Length && line[at] != '"'; at++)
            {
                if (line[at] == '\\' && ++at >= line.Length)
                    return false;
                value.Append(line[at - 1] == '\\' && line[at] == 'n' ? '\n' : line[at]);
            }
            labels[name] = value.ToString();
            at++;
            while (at < line.Length && line[at] is ',' or ' ')
                at++;
        }
        at++;
        return at < line.Length;
    }

    private static bool TryReadValue(ReadOnlySpan<char> text, out double value)
    {
        value = text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.NaN,
        };
        return text is "+Inf" or "-Inf" or "NaN" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}

/// <summary>One sample.</summary>
internal readonly record struct PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
