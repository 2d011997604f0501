namespace StreamSocial.Ingest.Json;

/// <summary>Words of error messages that follow from a table.</summary>
internal static class Wording
{
    /// <summary>A list as a sentence has it: <c>a, b and c</c>.</summary>
    public static string List(IEnumerable<string> words)
    {
        var all = words.ToArray();
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
