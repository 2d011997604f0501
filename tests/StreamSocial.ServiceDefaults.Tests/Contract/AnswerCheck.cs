using System.IO.Compression;
using System.Text.Json;

namespace StreamSocial.ServiceDefaults.Tests.Contract;

/// <summary>Compares an answer of a service with its OpenAPI document.</summary>
internal static class AnswerCheck
{
    /// <summary>What is not as documented; empty for a good answer. Reads the body, unless it is a stream of events.</summary>
    public static async Task<IReadOnlyList<string>> FindFaultsAsync(ApiDocument document, ApiOperation operation, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        if (operation.Answer(status) is not { } documented)
            return [$"{operation.Method} {operation.Path} documents no {status}"];
        if (status >= 500 && status != 503)
            return ["the service failed"];
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (!documented.TryGetProperty("content", out var contents) || answer.RequestMessage!.Method == HttpMethod.Head || type == "text/event-stream")
            return [];
        if (type is null || !contents.TryGetProperty(type, out var content))
            return [$"{type} is not documented"];

        using var body = JsonDocument.Parse(await ReadAsync(answer, cancellationToken));
        var failures = document.Check(body.RootElement, content.GetProperty("schema")).ToList();
        if (status >= 400 && !documented.GetProperty("description").GetString()!.Contains($"`{body.RootElement.GetProperty("reason").GetString()}`", StringComparison.Ordinal))
            failures.Add($"the reason {body.RootElement.GetProperty("reason")} is not documented");
        return failures;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(
            answer.Content.Headers.ContentEncoding.SingleOrDefault() switch
            {
                "gzip" => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true),
                "br" => new BrotliStream(stream, CompressionMode.Decompress, leaveOpen: true),
                _ => stream,
            },
            leaveOpen: true);
        var text = await reader.ReadToEndAsync(cancellationToken);
        // Whoever else reads a buffered body begins with it.
        if (stream.CanSeek)
            stream.Position = 0;
        return text;
    }
}
