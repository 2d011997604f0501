using System.Globalization;
using System.Text.Json;
using StreamSocial.Events;

namespace StreamSocial.Ingest.Json;

/// <summary>
/// Reads and checks single values. The reader must be at the value and is at its last token afterwards. JSON null means absent and gives the
/// field's default. An invalid value is reported and gives the default too.
/// </summary>
internal static class JsonField
{
    public const int MaxIdChars = IdRule.MaxChars;

    private const string TimeRule = "must be an RFC 3339 time with an offset, for example 2026-07-01T09:30:00Z, not before 1970";

    public static string ReadId(ref Utf8JsonReader json, string field, FieldErrors errors)
    {
        if (json.TokenType == JsonTokenType.Null)
            return "";
        if (TryReadString(ref json, out var value) && IdRule.IsValid(value))
            return value;
        errors.Add(field, IdRule.Text);
        return "";
    }

    public static string ReadText(ref Utf8JsonReader json, string field, int maxChars, FieldErrors errors)
    {
        if (json.TokenType == JsonTokenType.Null)
            return "";
        if (TryReadString(ref json, out var value) && (value.Length <= maxChars || CodePoints(value) <= maxChars))
            return value;
        errors.Add(field, string.Create(CultureInfo.InvariantCulture, $"must be a string of at most {maxChars} characters of valid Unicode"));
        return "";
    }

    public static bool ReadBoolean(ref Utf8JsonReader json, string field, FieldErrors errors)
    {
        if (json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null)
            return json.TokenType == JsonTokenType.True;
        errors.Add(field, "must be true or false");
        json.Skip();
        return false;
    }

    /// <summary>Reads a whole number from 1; 0 if absent.</summary>
    public static int ReadPositive(ref Utf8JsonReader json, string field, FieldErrors errors)
    {
        if (json.TokenType == JsonTokenType.Null)
            return 0;
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) && number > 0)
            return number;
        errors.Add(field, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from 1 to {int.MaxValue}"));
        json.Skip();
        return 0;
    }

    /// <summary>Reads an array of ids into <paramref name="ids"/>, each once.</summary>
    public static void ReadIds(ref Utf8JsonReader json, string field, int maxCount, ICollection<string> ids, FieldErrors errors)
    {
        if (json.TokenType == JsonTokenType.Null)
            return;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            errors.Add(field, "must be an array of ids");
            json.Skip();
            return;
        }

        for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
        {
            if (TryReadString(ref json, out var id) && IdRule.IsValid(id))
            {
                if (ids.Contains(id))
                    continue;
                if (ids.Count < maxCount)
                    ids.Add(id);
                else
                    errors.Add(field, string.Create(CultureInfo.InvariantCulture, $"must name at most {maxCount} users"));
            }
            else
            {
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]"), IdRule.Text);
            }
        }
    }

    /// <summary>Reads a time as Unix milliseconds; <paramref name="now"/> if absent.</summary>
    public static long ReadTime(ref Utf8JsonReader json, string field, DateTimeOffset now, TimeSpan maxSkew, FieldErrors errors)
    {
        if (json.TokenType == JsonTokenType.Null)
            return now.ToUnixTimeMilliseconds();
        if (!TryReadString(ref json, out var text) || !Rfc3339.TryParse(text, out var time) || time < DateTimeOffset.UnixEpoch)
        {
            errors.Add(field, TimeRule);
            return 0;
        }

        if (time > now + maxSkew)
            errors.Add(field, string.Create(CultureInfo.InvariantCulture, $"must not be more than {maxSkew.TotalSeconds:0} s in the future"));
        return time.ToUnixTimeMilliseconds();
    }

    private static bool TryReadString(ref Utf8JsonReader json, out string value)
    {
        value = "";
        if (json.TokenType != JsonTokenType.String)
        {
            json.Skip();
            return false;
        }

        if (!JsonText.IsValid(json))
            return false;
        value = json.GetString()!;
        return true;
    }

    private static int CodePoints(string value)
    {
        var count = value.Length;
        foreach (var c in value)
        {
            if (char.IsLowSurrogate(c))
                count--;
        }

        return count;
    }
}
