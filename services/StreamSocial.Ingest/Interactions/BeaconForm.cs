using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Ingest.Interactions;

/// <summary>
/// One interaction as a form, which <c>navigator.sendBeacon</c> makes of <c>URLSearchParams</c> and of <c>FormData</c>. A browser sends both, and text, to another
/// origin without asking first, also while its page is being closed.
/// </summary>
internal static class BeaconForm
{
    /// <summary>Content type of <c>URLSearchParams</c>.</summary>
    public const string UrlEncoded = "application/x-www-form-urlencoded";

    /// <summary>Content type of <c>FormData</c>, with a parameter <c>boundary</c>.</summary>
    public const string Multipart = "multipart/form-data";

    private const int MaxFields = 64;
    private const int MaxBoundaryChars = 70;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The JSON object with the form's fields; a field that is given twice stands in it twice.</summary>
    /// <param name="form">The body.</param>
    /// <param name="contentType">Its content type, one of the two.</param>
    /// <exception cref="RequestFault">It is no form, or has too many fields.</exception>
    public static async Task<ReadOnlyMemory<byte>> ToJsonAsync(ReadOnlyMemory<byte> form, string contentType)
    {
        var output = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        var fields = 0;
        try
        {
            await foreach (var (name, value) in FieldsOf(form, MediaTypeHeaderValue.Parse(contentType)))
            {
                if (++fields > MaxFields)
                    throw RequestFault.Invalid("$", $"must have at most {MaxFields} fields");
                json.WriteString(name, value);
            }
        }
        catch (DecoderFallbackException)
        {
            throw RequestFault.Invalid("$", "must be in UTF-8");
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not RequestFault))
        {
            throw RequestFault.Invalid("$", "must be a form whose parts its boundary separates");
        }

        json.WriteEndObject();
        await json.FlushAsync();
        return output.WrittenMemory;
    }

    private static IAsyncEnumerable<(string Name, string Value)> FieldsOf(ReadOnlyMemory<byte> form, MediaTypeHeaderValue contentType) =>
        contentType.MediaType.Equals(Multipart, StringComparison.OrdinalIgnoreCase) ? PartsOf(form, contentType) : PairsOf(form).ToAsyncEnumerable();

    private static List<(string Name, string Value)> PairsOf(ReadOnlyMemory<byte> form)
    {
        var pairs = new List<(string, string)>();
        foreach (var field in new QueryStringEnumerable(StrictUtf8.GetString(form.Span)))
            pairs.Add((Decode(field.EncodedName.Span), Decode(field.EncodedValue.Span)));
        return pairs;
    }

    /// <summary>The enumerable's own decoding leaves escapes of what is not UTF-8, as if they were the text.</summary>
    private static string Decode(ReadOnlySpan<char> encoded)
    {
        var bytes = new byte[StrictUtf8.GetByteCount(encoded)];
        StrictUtf8.GetBytes(encoded, bytes);
        return StrictUtf8.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length));
    }

    private static async IAsyncEnumerable<(string Name, string Value)> PartsOf(ReadOnlyMemory<byte> form, MediaTypeHeaderValue contentType)
    {
        var boundary = HeaderUtilities.RemoveQuotes(contentType.Boundary);
        if (boundary.Length is 0 or > MaxBoundaryChars)
            throw RequestFault.Invalid("$", $"must name its boundary, of at most {MaxBoundaryChars} characters, in Content-Type");
        var reader = new MultipartReader(boundary.ToString(), new MemoryStream(form.ToArray()));
        while (await reader.ReadNextSectionAsync() is { } part)
        {
            if (part.GetContentDispositionHeader() is not { } disposition || !disposition.IsFormDisposition())
                throw RequestFault.Invalid("$", "must have fields with a name and a text only");
            using var text = new StreamReader(part.Body, StrictUtf8, detectEncodingFromByteOrderMarks: false);
            yield return (HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), await text.ReadToEndAsync());
        }
    }
}
