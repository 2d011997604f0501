using System.Globalization;

namespace StreamSocial.Ingest.Json;

/// <summary>Collects all errors of a request by the path of the field, for example <c>[3].userId</c>.</summary>
internal sealed class FieldErrors
{
    /// <summary>Paths that an answer names at most; a body may have an error in each of ten thousand entries.</summary>
    private const int MaxPaths = 1_000;

    private readonly Dictionary<string, string[]> _byPath = [];

    /// <summary>Index of the entry being read; null if the body is a single object or an error concerns all of it.</summary>
    public int? Index { get; set; }

    public bool IsEmpty => _byPath.Count == 0;

    public IDictionary<string, string[]> ByPath => _byPath;

    public void Add(string field, string message)
    {
        var path = PathOf(field, Index);
        var known = _byPath.GetValueOrDefault(path, []);

        // A body may repeat a bad field thousands of times; the answer names it once.
        if (!known.Contains(message) && (known.Length > 0 || _byPath.Count < MaxPaths))
            _byPath[path] = [.. known, message];
    }

    public bool Has(string field) => _byPath.Count > 0 && _byPath.ContainsKey(PathOf(field, Index));

    /// <summary>Joins words as a sentence does: <c>a, b and c</c>.</summary>
    public static string JoinWords(IEnumerable<string> words)
    {
        var all = words.ToArray();
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    /// <summary>The path of a field.</summary>
    /// <param name="field">Its name; empty for the entry itself.</param>
    /// <param name="entry">Index of the entry; null if the body is a single object.</param>
    public static string PathOf(string field, int? entry) => entry switch
    {
        null => field.Length == 0 ? "$" : field,
        int index when field.Length == 0 => string.Create(CultureInfo.InvariantCulture, $"[{index}]"),
        int index => string.Create(CultureInfo.InvariantCulture, $"[{index}].{field}"),
    };
}
