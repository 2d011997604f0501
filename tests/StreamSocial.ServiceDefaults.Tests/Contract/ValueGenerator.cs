using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamSocial.ServiceDefaults.Tests.Contract;

/// <summary>Makes values of JSON schemas: valid ones, those at an edge, and those beyond it.</summary>
internal sealed class ValueGenerator(ApiDocument document, Random random)
{
    private const int MaxItems = 5;

    private static readonly string[] Ids =
    [
        "ann", "bob", "c1", "a/b", "a%2Fb", "100%", "a b", "a+b", "zoë", "\U0001F600", "...", "?#&=", "\\", "'\"<>", new string('x', 64), string.Concat(Enumerable.Repeat("\U0001F600", 64)),
    ];

    private static readonly string[] BadTexts = ["", ".", "..", new string('x', 65), "\0", "\n", "a\u0085b", string.Concat(Enumerable.Repeat("\U0001F600", 65)), "\u202E"];

    private static readonly string[] Times = ["2026-07-01T09:30:00Z", "1970-01-01T00:00:00z", "2026-07-01t11:30:00.123456789+02:00", "2016-12-31T23:59:60Z"];

    private static readonly string[] BadTimes = ["", "now", "2026-07-01", "2026-13-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z"];

    public T Pick<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public bool Chance(double share) => random.NextDouble() < share;

    /// <summary>A value of a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="wrong">Share of the values that break a rule.</param>
    public JsonNode? Create(JsonElement schema, double wrong)
    {
        schema = document.Resolve(schema);
        foreach (var choice in new[] { "oneOf", "anyOf" })
        {
            if (schema.TryGetProperty(choice, out var choices))
                return Create(Pick(choices.EnumerateArray().ToList()), wrong);
        }

        if (Chance(wrong / 3))
            return Pick<Func<JsonNode?>>(() => null, () => true, () => -1.5, () => "text", () => new JsonArray(), () => new JsonObject(), () => long.MaxValue)();
        var types = ApiDocument.Types(schema);
        return Pick(types.Where(type => type != "null" || Chance(0.2)).DefaultIfEmpty("string").ToList()) switch
        {
            "object" => CreateObject(schema, wrong),
            "array" => new JsonArray([.. Enumerable.Range(0, Items(schema, wrong)).Select(_ => Create(schema.GetProperty("items"), wrong))]),
            "integer" or "number" => CreateNumber(schema, wrong),
            "boolean" => Chance(0.5),
            "null" => null,
            _ => CreateText(schema, wrong),
        };
    }

    /// <summary>A text for a path, a query or a header.</summary>
    public string CreateParameter(JsonElement schema, double wrong) =>
        Create(schema, Chance(0.5) ? 0 : wrong) switch
        {
            null => "",
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            var other => other.ToJsonString(),
        };

    private JsonObject CreateObject(JsonElement schema, double wrong)
    {
        var made = new JsonObject();
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
        foreach (var property in schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : default)
        {
            if (required.Contains(property.Name) ? !Chance(wrong / 4) : Chance(0.4))
                made[property.Name] = Create(property.Value, wrong);
        }

        if (schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object)
        {
            for (var left = random.Next(MaxItems); left > 0; left--)
                made[Chance(wrong / 2) ? Pick(BadTexts) : Pick(Ids)] = Create(others, wrong);
        }

        if (Chance(wrong / 2))
            made["unknown"] = new JsonArray(1, "x", null);
        return made;
    }

    private int Items(JsonElement schema, double wrong)
    {
        var least = schema.TryGetProperty("minItems", out var minimum) ? minimum.GetInt32() : 0;
        return Chance(wrong / 4) ? Pick(0, 60, 1_001) : random.Next(least, MaxItems);
    }

    private JsonNode CreateNumber(JsonElement schema, double wrong)
    {
        var least = Bound("minimum") ?? 1;
        var most = Bound("maximum") ?? 100;
        if (Chance(wrong / 2))
            return Pick<JsonNode>(least - 1, most + 1, -1, 0, int.MaxValue, int.MinValue, long.MaxValue, 1.5, 1e300);
        return Pick(least, most, random.NextInt64(least, most + 1));

        long? Bound(string name) => !schema.TryGetProperty(name, out var bound) ? null
            : bound.ValueKind == JsonValueKind.Number ? (long)bound.GetDouble() : long.Parse(bound.GetString()!, CultureInfo.InvariantCulture);
    }

    private string CreateText(JsonElement schema, double wrong)
    {
        if (schema.TryGetProperty("enum", out var names) && !Chance(wrong / 2))
            return Pick(names.EnumerateArray().ToList()).GetString()!;
        if (schema.TryGetProperty("format", out var format) && format.GetString() == "date-time")
            return Chance(wrong / 2) ? Pick(BadTimes) : Pick(Times);
        return Chance(wrong / 2) ? Pick(BadTexts) : Pick(Ids);
    }

    /// <summary>Breaks a text of JSON in a way that no value of a schema has.</summary>
    public byte[] Break(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return Pick<Func<byte[]>>(
            () => bytes[..random.Next(bytes.Length)],
            () => [0xEF, 0xBB, 0xBF, .. bytes],
            () => [.. bytes, 0xFF],
            () => [.. bytes, .. bytes],
            () => Encoding.UTF8.GetBytes(json.Replace("\":", "\" \\ud800:", StringComparison.Ordinal)),
            () => Encoding.UTF8.GetBytes(json.StartsWith('{') ? "{\"\\ud800\":1," + json[1..] : "[\"\\udc00\"]"),
            () => Encoding.UTF8.GetBytes(json.StartsWith('{') && json.Length > 2 ? $"{{{json[1..^1]},{json[1..]}" : "[[],{}]"),
            () => Encoding.UTF8.GetBytes(new string('[', 200)),
            () => Encoding.UTF8.GetBytes("{\"users\":[\"\\ud800\"],\"kind\":\"\\udfff\",\"type\":\"\\ud800\"}"),
            () => Encoding.UTF8.GetBytes("{\"limit\":1e999,\"replicas\":99999999999999999999,\"forSeconds\":1e309}"),
            () => Encoding.UTF8.GetBytes(json + "// comment"),
            () => Encoding.UTF8.GetBytes(Pick("", "null", "true", "0", "\"\"", "[]", "{}", " ", "\0")))();
    }
}
