using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace StreamSocial.Ingest.Json;

/// <summary>
/// Whether a name or a string of JSON is text at all. The framework's reader takes invalid UTF-8 and halves of surrogate pairs, and throws when they are
/// read or compared; a body may hold hundreds of thousands of them, and as many exceptions would be a way to stop a server.
/// </summary>
internal static class JsonText
{
    private const int UnitChars = 6;

    /// <summary>Whether the token that the reader is at can be read as text.</summary>
    public static bool IsValid(in Utf8JsonReader json) =>
        Utf8.IsValid(json.ValueSpan) && (!json.ValueIsEscaped || !HasHalfSurrogate(json.ValueSpan));

    private static bool HasHalfSurrogate(ReadOnlySpan<byte> escaped)
    {
        while (escaped.IndexOf((byte)'\\') is >= 0 and var at)
        {
            escaped = escaped[at..];
            var unit = UnitAt(escaped);
            if (char.IsLowSurrogate(unit))
                return true;
            if (char.IsHighSurrogate(unit))
            {
                if (!char.IsLowSurrogate(UnitAt(escaped[UnitChars..])))
                    return true;
                escaped = escaped[UnitChars..];
            }

            escaped = escaped[(unit == default ? 2 : UnitChars)..];
        }

        return false;
    }

    /// <summary>The UTF-16 unit that <c>\uXXXX</c> at the beginning of a text means; 0 if that is not what is there, or it means 0.</summary>
    private static char UnitAt(ReadOnlySpan<byte> text) =>
        text.Length >= UnitChars && text[0] == '\\' && text[1] == 'u'
        && Utf8Parser.TryParse(text[2..UnitChars], out ushort unit, out var read, 'x') && read == UnitChars - 2
            ? (char)unit
            : default;
}
