using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace StreamSocial.ServiceDefaults.Tests.Contract;

/// <summary>Makes requests of an operation: right ones, and wrong ones of every kind that an HTTP library lets through.</summary>
internal sealed class RequestGenerator(ApiDocument document, Random random)
{
    private const string Boundary = "x";

    private readonly ValueGenerator _values = new(document, random);

    /// <summary>A request.</summary>
    /// <param name="operation">Its operation.</param>
    /// <param name="authorization">The token that some operations need; some requests have it.</param>
    public HttpRequestMessage Create(ApiOperation operation, string authorization)
    {
        var wrong = _values.Pick(0, 0.3, 1);
        var (path, query) = (operation.Path, new List<string>());
        var request = new HttpRequestMessage { Method = operation.Method == "GET" && _values.Chance(0.1) ? HttpMethod.Head : new HttpMethod(operation.Method) };
        foreach (var parameter in operation.Parameters)
        {
            var name = parameter.GetProperty("name").GetString()!;
            var value = _values.CreateParameter(parameter.GetProperty("schema"), wrong);
            switch (parameter.GetProperty("in").GetString())
            {
                case "path":
                    path = path.Replace($"{{{name}}}", Segment(value), StringComparison.Ordinal);
                    break;
                case "query" when _values.Chance(0.7):
                    query.Add($"{name}={Uri.EscapeDataString(value)}");
                    break;
                case "header" when _values.Chance(0.7):
                    // The library sends no others.
                    request.Headers.TryAddWithoutValidation(name, new string([.. value.Where(character => character is > '\x1F' and < '\x7F')]));
                    break;
            }
        }

        request.RequestUri = new Uri("http://service" + path + (query.Count > 0 ? "?" + string.Join('&', query) : ""), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        if (_values.Chance(0.7))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", authorization);
        if (_values.Chance(0.3))
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        if (operation.Bodies.Count > 0)
            request.Content = CreateBody(operation, wrong);
        return request;
    }

    /// <summary>What a path cannot name is no path of the operation; the server itself refuses one with a null character.</summary>
    private string Segment(string value) => value is "" or "." or ".." || value.Contains('\0', StringComparison.Ordinal) ? "x" : _values.Chance(0.05) ? _values.Pick("%zz", "%ff", "100%") : Uri.EscapeDataString(value);

    private ByteArrayContent? CreateBody(ApiOperation operation, double wrong)
    {
        if (wrong > 0 && _values.Chance(0.03))
            return null;
        var (type, schema) = _values.Pick(operation.Bodies);
        var value = _values.Create(schema, wrong);
        var text = type switch
        {
            "application/x-www-form-urlencoded" => Form(value),
            "multipart/form-data" => Parts(value),
            _ => value?.ToJsonString() ?? "null",
        };
        var bytes = wrong > 0 && _values.Chance(0.3) ? _values.Break(text) : Encoding.UTF8.GetBytes(text);
        var encoding = _values.Chance(0.2) ? _values.Pick("gzip", "br", "identity", "deflate") : null;
        if (encoding is not null && !(wrong > 0 && _values.Chance(0.3)))
            bytes = Compress(bytes, encoding);
        if (wrong > 0 && _values.Chance(0.05))
            encoding = _values.Pick("zstd", "gzip, br", "");

        var content = new ByteArrayContent(bytes);
        var given = wrong > 0 && _values.Chance(0.1) ? _values.Pick("text/html", "application/json; charset=utf-16", "application/xml", "nonsense", "multipart/mixed; boundary=x") : type == "multipart/form-data" ? $"{type}; boundary={Boundary}" : type;
        content.Headers.TryAddWithoutValidation("Content-Type", given);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return content;
    }

    private static string Form(JsonNode? value) => value is not JsonObject fields ? "x"
        : string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value?.ToString() ?? "")}"));

    private static string Parts(JsonNode? value) =>
        string.Concat((value as JsonObject ?? []).Select(field => $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{field.Key}\"\r\n\r\n{field.Value}\r\n")) + $"--{Boundary}--\r\n";

    private static byte[] Compress(byte[] bytes, string encoding)
    {
        var output = new MemoryStream();
        using (Stream compressor = encoding switch
        {
            "gzip" => new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(new MemoryStream()),
        })
            compressor.Write(bytes);
        return encoding == "identity" ? bytes : output.ToArray();
    }
}
