using System.Globalization;

namespace StreamSocial.Ingest.Json;

/// <summary>Gathers every error of a request under the path of its field, for example <c>[3].userId</c>.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, string[]> _byPath = [];

    /// <summary>Index of the entry being read; null when the body is one object or an error concerns the whole.</summary>
    public int? Index { get; set; }

    public bool IsEmpty => _byPath.Count == 0;

    public IDictionary<string, string[]> ByPath => _byPath;

    public void Add(string field, string message)
    {
        var path = PathOf(field);
        var known = _byPath.GetValueOrDefault(path, []);

        // A body may repeat one bad field thousands of times: the answer says it once.
        if (!known.Contains(message))
            _byPath[path] = [.. known, message];
    }

    public bool Has(string field) => _byPath.Count > 0 && _byPath.ContainsKey(PathOf(field));

    private string PathOf(string field) => Index switch
    {
        null => field.Length == 0 ? "$" : field,
        int index when field.Length == 0 => string.Create(CultureInfo.InvariantCulture, $"[{index}]"),
        int index => string.Create(CultureInfo.InvariantCulture, $"[{index}].{field}"),
    };
}
