using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Yarp.ReverseProxy.Forwarder;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Connections to the other replicas. Without a retry of its own: who asks looks for the owner again instead.</summary>
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

    /// <summary>Sends a request and reads its JSON answer; null when the other replica cannot be asked now or is not the one to ask.</summary>
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

    /// <summary>Whether an error says that the other replica is gone, going, silent or failing; the replica itself logs a failure.</summary>
    public static bool IsOutage(Exception exception, CancellationToken timeout) =>
        exception is IOException or HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError }
        || (exception is OperationCanceledException && timeout.IsCancellationRequested);

    [LoggerMessage(LogLevel.Debug, "Another replica could not be asked for {Uri}; its owner is looked for again")]
    public partial void LogOutage(Uri? uri, Exception exception);
}
