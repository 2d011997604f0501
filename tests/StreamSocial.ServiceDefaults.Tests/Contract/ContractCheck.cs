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
            foreach (var failure in await AnswerCheck.FindFaultsAsync(document, operation, answer, cancellationToken))
                failures.Enqueue($"{request.Method} {request.RequestUri.PathAndQuery} [{request.Content?.Headers.ContentType} {await TextOf(request)}] answered {(int)answer.StatusCode}: {failure}");
        });

        Assert.True(failures.IsEmpty, $"{failures.Count} of {requests.Count} answers are not as documented, such as\n{string.Join('\n', failures.Take(12))}");
        // The requests reach the services' depths, and not only their first checks.
        Assert.InRange(statuses.Where(status => (int)status.Key < 300).Sum(status => status.Value), requests.Count / 10, requests.Count);
    }

    private static async Task<string> TextOf(HttpRequestMessage request)
    {
        var text = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        return text.Length > 300 ? text[..300] : text;
    }
}
