using System.Net;
using System.Net.Http.Headers;

namespace StreamSocial.Cli.Benchmarks.Ingest;

/// <summary>Connections that post prepared bodies, each the next one as soon as the last is answered.</summary>
internal sealed class PostingClients(Uri server, int connections, IReadOnlyList<byte[]> bodies) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };
    private readonly Uri _address = new(server, "v1/actions");
    private int _next;

    /// <summary>Posts so many requests and returns when all are answered.</summary>
    /// <exception cref="NotHeldException">One was not answered 202.</exception>
    public async Task PostAsync(int requests, CancellationToken cancellationToken)
    {
        var left = requests;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(PostAllAsync, cancellationToken)));

        async Task PostAllAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await PostAsync(bodies[(int)((uint)Interlocked.Increment(ref _next) % (uint)bodies.Count)], cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        using var response = await _http.PostAsync(_address, content, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Accepted)
            throw new NotHeldException($"{_address} has answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        await response.Content.CopyToAsync(Stream.Null, cancellationToken);
    }
}
