using System.Globalization;
using Microsoft.Extensions.Primitives;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Http;

/// <summary>The <c>Idempotency-Key</c> of a request, from which entries without an id of their own get one.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Reads the header; null when absent. The quotes of a structured-field string are not part of the key.</summary>
    public static string? Read(StringValues header, FieldErrors errors)
    {
        if (header.Count == 0)
            return null;
        var key = header.Count == 1 ? header[0] ?? "" : "";
        if (key is ['"', .. var quoted, '"'])
            key = quoted;
        if (JsonField.IsId(key))
            return key;
        errors.Add(Header, "must be given once, with 1 to 64 characters");
        return null;
    }

    /// <summary>The id of an entry: the key itself for the only one of a request, <c>key/index</c> for one of several.</summary>
    public static string IdOf(string key, int index, int count) => count == 1 ? key : string.Create(CultureInfo.InvariantCulture, $"{key}/{index}");
}
