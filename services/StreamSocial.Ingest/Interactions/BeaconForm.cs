using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Ingest.Interactions;

/// <summary>
/// One interaction as a form, which <c>navigator.sendBeacon</c> makes of <c>URLSearchParams</c>. A browser sends it, and text, to another origin without
/// asking first, also while its page is being closed.
/// </summary>
internal static class BeaconForm
{
    public const string MediaType = "application/x-www-form-urlencoded";

    private const int MaxFields = 64;

    /// <summary>The JSON object with the form's fields; a field that is given twice stands in it twice.</summary>
    /// <exception cref="RequestFault">It has too many fields.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlySpan<byte> form)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        var fields = 0;
        foreach (var field in new QueryStringEnumerable(Encoding.UTF8.GetString(form)))
        {
            if (++fields > MaxFields)
                throw RequestFault.Invalid("$", $"must have at most {MaxFields} fields");
            json.WriteString(field.DecodeName().Span, field.DecodeValue().Span);
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }
}
