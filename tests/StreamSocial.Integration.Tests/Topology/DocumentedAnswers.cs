using System.Collections.Concurrent;
using System.Text.Json;
using StreamSocial.ServiceDefaults.Tests.Contract;

namespace StreamSocial.Integration.Tests.Topology;

/// <summary>Fails a test whose service answers otherwise than its OpenAPI document says.</summary>
internal sealed class DocumentedAnswers() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly ConcurrentDictionary<string, Task<ApiDocument>> _documents = new();

    /// <summary>A client of a service.</summary>
    public static HttpClient ClientOf(Uri service) => new(new DocumentedAnswers()) { BaseAddress = service };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var document = await _documents.GetOrAdd(request.RequestUri!.GetLeftPart(UriPartial.Authority), ReadAsync);
        var operation = document.Find(request.Method.Method, request.RequestUri.AbsolutePath) ?? throw Undocumented("there is no such operation");
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var faults = await AnswerCheck.FindFaultsAsync(document, operation, answer, cancellationToken);
        return faults.Count == 0 ? answer : throw Undocumented(string.Join("; ", faults));

        InvalidOperationException Undocumented(string fault) =>
            new($"The OpenAPI document does not have it so: {request.Method} {request.RequestUri.PathAndQuery} was answered {(int)answer.StatusCode}: {fault}.");
    }

    private async Task<ApiDocument> ReadAsync(string authority)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(authority), "/openapi/v1.json"));
        using var answer = await base.SendAsync(request, CancellationToken.None);
        return new ApiDocument(JsonElement.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None)));
    }
}
