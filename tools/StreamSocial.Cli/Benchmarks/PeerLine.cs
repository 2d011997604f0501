using System.Text.Json;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>A line of a peer's output that is an object: names of figures, which are in either case, and their values.</summary>
internal sealed class PeerLine
{
    private readonly Dictionary<string, JsonElement> _values;

    private PeerLine(JsonElement root)
    {
        _values = new(StringComparer.OrdinalIgnoreCase);
        foreach (var property in root.EnumerateObject())
            _values[property.Name] = property.Value;
    }

    /// <summary>The peer's test that it is the result of; null when it does not say.</summary>
    public string? Test => _values.TryGetValue("test", out var test) && test.ValueKind == JsonValueKind.String ? test.GetString() : null;

    /// <summary>A number, or the median of a distribution; null when there is none of the name.</summary>
    public double? this[string name] => _values.TryGetValue(name, out var value) ? Number(value) ?? Part(name, "median") : null;

    /// <summary>A number of a figure that consists of several; null when there is none of the names.</summary>
    public double? Part(string name, string part) =>
        _values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Object && value.TryGetProperty(part, out var number) ? Number(number) : null;

    /// <summary>Reads a line; null when it is no object.</summary>
    public static PeerLine? TryRead(string line)
    {
        if (!line.StartsWith('{'))
            return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            return new PeerLine(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            // A line of a log that looks like an object.
            return null;
        }
    }

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
