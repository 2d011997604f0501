using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.ServiceDefaults.Tests.Http;

namespace StreamSocial.ServiceDefaults.Tests.Contract;

/// <summary>
/// Every answer of every service is one that its document describes, whatever is asked: requests made of the documents' schemas, with valid, edge and invalid
/// values, against the services on an embedded cluster.
/// </summary>
public sealed class ContractTests : IAsyncLifetime
{
    private const int Seed = 16;
    private const int RequestsPerService = 800;
    private const int AtOnce = 8;
    private const string ControlToken = "token-of-the-contract-test";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly EmbeddedKafkaCluster _cluster = EmbeddedKafkaCluster.Start();
    private readonly LogCapture _log = new();

    public ValueTask InitializeAsync()
    {
        _cluster.CreateTopics(StreamSocialTopics.For(TopologyProfile.Small).Topics);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("ingest")]
    [InlineData("feeds")]
    [InlineData("autoscaler")]
    [InlineData("dashboard")]
    public async Task Answers_ToGeneratedRequests_AreAsDocumented(string service)
    {
        await using var autoscaler = service == "dashboard" ? await StartAsync("autoscaler") : null;
        await using var server = await StartAsync(service, $"--services:autoscaler:http:0={autoscaler?.Address}");
        using var json = JsonDocument.Parse(await server.Client.GetStringAsync("/openapi/v1.json"));
        var document = new ApiDocument(json.RootElement);
        var generator = new RequestGenerator(document, new Random(Seed));
        var requests = Enumerable.Range(0, RequestsPerService)
            .Select(i => document.Operations[i % document.Operations.Count])
            .Select(operation => (Operation: operation, Request: generator.Create(operation, ControlToken)))
            .ToList();

        var (failures, statuses) = (new ConcurrentQueue<string>(), new ConcurrentDictionary<HttpStatusCode, int>());
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (made, cancellationToken) =>
        {
            var (operation, request) = made;
            request.RequestUri = new Uri(
                server.Address.GetLeftPart(UriPartial.Authority) + request.RequestUri!.PathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            statuses.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
            foreach (var failure in await CheckAsync(document, operation, answer, cancellationToken))
                failures.Enqueue($"{request.Method} {request.RequestUri.PathAndQuery} [{request.Content?.Headers.ContentType} {await TextOf(request)}] answered {(int)answer.StatusCode}: {failure}");
        });

        Assert.True(failures.IsEmpty, $"{failures.Count} of {requests.Count} answers are not as documented, such as\n{string.Join('\n', failures.Take(12))}");
        // The requests reach the services' depths, and not only their first checks.
        Assert.InRange(statuses.Where(status => (int)status.Key < 300).Sum(status => status.Value), requests.Count / 10, requests.Count);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("Exception", StringComparison.Ordinal));
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

    private async Task<TestServer> StartAsync(string service, params string[] arguments)
    {
        var server = await ServiceParts.StartWholeAsync(
            service, builder => builder.Logging.ClearProviders().AddProvider(_log),
            [
                $"--ConnectionStrings:kafka={_cluster.BootstrapServers}", "--Kafka:Embedded=true", "--Topology:Profile=small", "--Autoscaler:DryRun=true",
                $"--Scale:Token={ControlToken}", "--Shutdown:Timeout=00:00:05", .. arguments,
            ]);
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var health = await server.Client.GetAsync("/health");
            if (health.StatusCode == HttpStatusCode.OK)
                return server;
            if (TimeProvider.System.GetElapsedTime(started) > StartTimeout)
                Assert.Fail($"{service} should be healthy within {StartTimeout.TotalSeconds:0} s; it answers {health.StatusCode}.");
            await Task.Delay(100);
        }
    }
}
