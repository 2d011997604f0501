using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamSocial.ServiceDefaults.Tests.Contract;

/// <summary>An OpenAPI document, as far as this project's APIs use it.</summary>
internal sealed class ApiDocument(JsonElement root)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete"];

    /// <summary>Every operation of the document.</summary>
    public IReadOnlyList<ApiOperation> Operations { get; } =
    [
        .. root.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(operation => Methods.Contains(operation.Name))
            .Select(operation => new ApiOperation(operation.Name.ToUpperInvariant(), path.Name, operation.Value))),
    ];

    /// <summary>The operation of a request; null if the document has none.</summary>
    /// <param name="method">Such as GET; HEAD is a GET.</param>
    /// <param name="path">With the encoding of the request.</param>
    public ApiOperation? Find(string method, string path) => Operations
        .Where(operation => operation.Method == (method == "HEAD" ? "GET" : method) && operation.Matches(path)).MinBy(operation => operation.Path.Count(character => character == '{'));

    /// <summary>A schema itself, or what it refers to.</summary>
    public JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
            schema = reference.GetString()!.Split('/')[1..].Aggregate(root, (element, name) => element.GetProperty(name));
        return schema;
    }

    /// <summary>What is wrong with a value, by its path; empty if it fits the schema.</summary>
    public IEnumerable<string> Check(JsonElement value, JsonElement schema, string path = "$")
    {
        schema = Resolve(schema);
        foreach (var choice in new[] { "oneOf", "anyOf" })
        {
            if (schema.TryGetProperty(choice, out var choices))
                return choices.EnumerateArray().Any(one => !Check(value, one, path).Any()) ? [] : [$"{path} fits none of {choice}"];
        }

        if (Types(schema) is { Count: > 0 } types && !types.Any(type => IsOf(value, type)))
            return [$"{path} is {value.ValueKind}, not {string.Join(" or ", types)}"];
        if (schema.TryGetProperty("enum", out var names) && !names.EnumerateArray().Any(name => JsonElement.DeepEquals(name, value)))
            return [$"{path} is none of {names}"];
        return value.ValueKind switch
        {
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) => value.EnumerateArray().SelectMany((item, index) => Check(item, items, $"{path}[{index}]")),
            JsonValueKind.Object => CheckObject(value, schema, path),
            _ => [],
        };
    }

    /// <summary>The types that a schema allows; empty for any.</summary>
    public static IReadOnlyList<string> Types(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(name => name.GetString()!)]
        : [type.GetString()!];

    private IEnumerable<string> CheckObject(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
                yield return $"{path} lacks {name}";
        }

        schema.TryGetProperty("properties", out var properties);
        schema.TryGetProperty("additionalProperties", out var others);
        foreach (var member in value.EnumerateObject())
        {
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(member.Name, out var property))
            {
                foreach (var error in Check(member.Value, property, $"{path}.{member.Name}"))
                    yield return error;
            }
            else if (others.ValueKind == JsonValueKind.Object)
            {
                foreach (var error in Check(member.Value, others, $"{path}.{member.Name}"))
                    yield return error;
            }
        }
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "JSON schema has no such type."),
    };
}

/// <summary>A method of a path.</summary>
internal sealed record ApiOperation(string Method, string Path, JsonElement Element)
{
    /// <summary>Whether a path is one of the operation's.</summary>
    public bool Matches(string path) => Regex.IsMatch(path, $"^{Regex.Replace(Regex.Escape(Path), @"\\\{[^}]*}", "[^/]*")}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    public IEnumerable<JsonElement> Parameters => Element.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : [];

    /// <summary>The schemas of the body by content type; empty if there is none.</summary>
    public IReadOnlyList<(string Type, JsonElement Schema)> Bodies => Element.TryGetProperty("requestBody", out var body)
        ? [.. body.GetProperty("content").EnumerateObject().Select(content => (content.Name, content.Value.GetProperty("schema")))]
        : [];

    /// <summary>The documented answer with a status; null if there is none.</summary>
    public JsonElement? Answer(int status) =>
        Element.GetProperty("responses").TryGetProperty(status.ToString(System.Globalization.CultureInfo.InvariantCulture), out var answer) ? answer : null;
}
