using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace StreamSocial.ServiceDefaults.Tests.Contract;

/// <summary>Sends a service requests made of its own OpenAPI document, and compares each answer with the document.</summary>
internal static class ContractCheck
{
    private const int Seed = 16;
    private const int Requests = 800;
    private const int AtOnce = 8;

    /// <summary>Fails if an answer is not as documented, or if hardly any request was a good one.</summary>
    /// <param name="client">A client of the service.</param>
    /// <param name="token">The control token, which most requests bring.</param>
    public static async Task RunAsync(HttpClient client, string token)
    {
        using var json = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json"));
        var document = new ApiDocument(json.RootElement);
        var generator = new RequestGenerator(document, new Random(Seed));
        var requests = Enumerable.Range(0, Requests)
            .Select(i => document.Operations[i % document.Operations.Count])
            .Select(operation => (Operation: operation, Request: generator.Create(operation, token)))
            .ToList();

        var (failures, statuses) = (new ConcurrentQueue<string>(), new ConcurrentDictionary<HttpStatusCode, int>());
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (made, cancellationToken) =>
        {
            var (operation, request) = made;
            request.RequestUri = new Uri(
                client.BaseAddress!.GetLeftPart(UriPartial.Authority) + request.RequestUri!.PathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            statuses.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
            foreach (var failure in await CheckAsync(document, operation, answer, cancellationToken))
                failures.Enqueue($"{request.Method} {request.RequestUri.PathAndQuery} [{request.Content?.Headers.ContentType} {await TextOf(request)}] answered {(int)answer.StatusCode}: {failure}");
        });

        Assert.True(failures.IsEmpty, $"{failures.Count} of {requests.Count} answers are not as documented, such as\n{string.Join('\n', failures.Take(12))}");
        // The requests reach the services' depths, and not only their first checks.
        Assert.InRange(statuses.Where(status => (int)status.Key < 300).Sum(status => status.Value), requests.Count / 10, requests.Count);
    }

    private static async Task<List<string>> CheckAsync(ApiDocument document, ApiOperation operation, HttpResponseMessage answer, CancellationToken cancellationToken)
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
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(answer.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "gzip" => new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress),
            "br" => new System.IO.Compression.BrotliStream(stream, System.IO.Compression.CompressionMode.Decompress),
            _ => stream,
        });
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static async Task<string> TextOf(HttpRequestMessage request)
    {
        var text = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        return text.Length > 300 ? text[..300] : text;
    }
}
