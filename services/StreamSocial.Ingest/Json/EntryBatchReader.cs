using System.Globalization;
using System.Text.Json;

namespace StreamSocial.Ingest.Json;

/// <summary>Reads a body that is one object or an array of objects.</summary>
internal static class EntryBatchReader
{
    public static EntryBatch<TEntry> Read<TEntry>(ReadOnlySpan<byte> body, IEntryReader<TEntry> reader, int maxEntries, FieldErrors errors)
    {
        var entries = new List<TEntry>();
        var json = new Utf8JsonReader(body);
        var isArray = false;
        try
        {
            json.Read();
            isArray = json.TokenType == JsonTokenType.StartArray;
            var isTooMany = isArray
                ? !TryReadArray(ref json, reader, maxEntries, entries, errors)
                : !TryReadSingle(ref json, reader, entries, errors);
            errors.Index = null;
            if (isTooMany)
                return new(entries, isArray, IsTooMany: true);

            // Throws if anything but white space follows the value.
            json.Read();
        }
        catch (JsonException e)
        {
            errors.Index = null;
            errors.Add("", string.Create(CultureInfo.InvariantCulture,
                $"is not valid JSON at line {e.LineNumber + 1 ?? 1}, byte {e.BytePositionInLine + 1 ?? 1}"));
        }

        return new(entries, isArray, IsTooMany: false);
    }

    private static bool TryReadSingle<TEntry>(ref Utf8JsonReader json, IEntryReader<TEntry> reader, List<TEntry> entries, FieldErrors errors)
    {
        ReadEntry(ref json, reader, entries, errors);
        return true;
    }

    private static bool TryReadArray<TEntry>(
        ref Utf8JsonReader json, IEntryReader<TEntry> reader, int maxEntries, List<TEntry> entries, FieldErrors errors)
    {
        var index = 0;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; index++)
        {
            if (index == maxEntries)
                return false;
            errors.Index = index;
            ReadEntry(ref json, reader, entries, errors);
        }

        errors.Index = null;
        if (index == 0)
            errors.Add("", "must hold at least one entry");
        return true;
    }

    private static void ReadEntry<TEntry>(ref Utf8JsonReader json, IEntryReader<TEntry> reader, List<TEntry> entries, FieldErrors errors)
    {
        if (json.TokenType == JsonTokenType.StartObject)
        {
            entries.Add(reader.Read(ref json, errors));
        }
        else
        {
            errors.Add("", "must be an object");
            json.Skip();
        }
    }
}

/// <summary>The entries of one request body.</summary>
/// <param name="Entries">In the order of the body.</param>
/// <param name="IsArray">Whether the body is an array, and not a single entry.</param>
/// <param name="IsTooMany">Whether reading stopped because the body has more entries than allowed.</param>
internal readonly record struct EntryBatch<TEntry>(List<TEntry> Entries, bool IsArray, bool IsTooMany);

/// <summary>Reads one JSON object into a contract message and checks it.</summary>
/// <typeparam name="TEntry">The contract.</typeparam>
internal interface IEntryReader<TEntry>
{
    /// <summary>
    /// Reads the object at whose start the reader is, up to its end. Errors are added to <paramref name="errors"/>; the result is valid only
    /// if there are none.
    /// </summary>
    TEntry Read(ref Utf8JsonReader json, FieldErrors errors);
}
