using System.Text.Json;

namespace StreamSocial.Ingest.Json;

internal static class Utf8JsonReaderExtensions
{
    /// <summary>When the reader stands on the property of this name, steps on to its value.</summary>
    public static bool TryEnter(this ref Utf8JsonReader json, ReadOnlySpan<byte> utf8Name) => json.ValueTextEquals(utf8Name) && json.Read();
}
