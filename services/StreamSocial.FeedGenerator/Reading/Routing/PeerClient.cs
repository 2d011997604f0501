using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Yarp.ReverseProxy.Forwarder;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Sends requests to the other replicas. It does not retry; its callers look up the owner again instead.</summary>
internal sealed partial class PeerClient(ILogger<PeerClient> logger) : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
    });

    /// <summary>Sends a request and reads its JSON answer; null if the other replica cannot be reached or does not own the partition.</summary>
    public async Task<TAnswer?> TryAskAsync<TAnswer>(
        HttpRequestMessage request, JsonTypeInfo<TAnswer> type, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
        where TAnswer : class
    {
        using var limit = new CancellationTokenSource(timeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await Invoker.SendAsync(request, both.Token);
            if (response.StatusCode is HttpStatusCode.MisdirectedRequest or HttpStatusCode.ServiceUnavailable)
                return null;
            response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(ReadLimits.MaxPeerAnswerBytes, both.Token);
            await using var content = await response.Content.ReadAsStreamAsync(both.Token);
            return await JsonSerializer.DeserializeAsync(content, type, both.Token);
        }
        catch (Exception exception) when (IsOutage(exception, limit.Token) && !cancellationToken.IsCancellationRequested)
        {
            LogOutage(request.RequestUri, exception);
            return null;
        }
    }

    public static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    public void Dispose() => Invoker.Dispose();

    /// <summary>Whether an error means that the other replica is stopped, stopping, silent or failing. A failing replica logs the cause itself.</summary>
    public static bool IsOutage(Exception exception, CancellationToken timeout) =>
        exception is IOException or HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError }
        || (exception is OperationCanceledException && timeout.IsCancellationRequested);

    [LoggerMessage(LogLevel.Debug, "Another replica could not be asked for {Uri}; its owner is looked for again")]
    public partial void LogOutage(Uri? uri, Exception exception);
}

/// <summary>Requests between replicas.</summary>
internal static class PeerRequests
{
    /// <summary>
    /// Marks a request that a replica forwarded. The receiver answers from its own state or with 421 and never forwards it again, so that
    /// two replicas that each take the other for the owner do not forward a request in a loop.
    /// </summary>
    public const string ForwardedHeader = "StreamSocial-Forwarded";

    public static bool IsForwarded(HttpContext context) => context.Request.Headers.ContainsKey(ForwardedHeader);

    public static HttpRequestMessage Create(HttpMethod method, Uri endpoint, string pathAndQuery)
    {
        var request = new HttpRequestMessage(method, new Uri(endpoint, pathAndQuery));
        request.Headers.Add(ForwardedHeader, "1");
        return request;
    }
}
