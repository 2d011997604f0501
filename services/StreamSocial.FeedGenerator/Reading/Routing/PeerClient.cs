using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using StreamSocial.Streams.Membership.Peers;
using Yarp.ReverseProxy.Forwarder;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Sends requests to the other replicas. It does not retry; its callers look up the owner again instead.</summary>
internal sealed partial class PeerClient(IOptions<PeersOptions> options, ILogger<PeerClient> logger) : IDisposable
{
    private readonly string? _secret = options.Value.Secret;
    private int _hasWarnedOfTrust;
    private int _hasWarnedOfLimits;

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

    /// <summary>Makes a request to another replica.</summary>
    public HttpRequestMessage CreateRequest(HttpMethod method, Uri endpoint, string pathAndQuery)
    {
        var request = new HttpRequestMessage(method, new Uri(endpoint, pathAndQuery));
        Mark(request);
        return request;
    }

    /// <summary>Says that a request comes from a replica.</summary>
    public void Mark(HttpRequestMessage request)
    {
        request.Headers.Add(PeerRequests.ForwardedHeader, "1");
        if (_secret is not null)
            request.Headers.Add(PeerRequests.SecretHeader, _secret);
    }

    /// <summary>Whether an answer only says that the other replica does not serve the request, so that the owner is looked for again.</summary>
    public bool IsRefusal(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.Forbidden && Interlocked.Exchange(ref _hasWarnedOfTrust, 1) == 0)
            LogNotTrusted(response.RequestMessage?.RequestUri);
        return response.StatusCode is HttpStatusCode.MisdirectedRequest or HttpStatusCode.ServiceUnavailable or HttpStatusCode.Forbidden;
    }

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
            if (IsRefusal(response))
                return null;
            response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(ReadLimits.MaxPeerAnswerBytes, both.Token);
            await using var content = await response.Content.ReadAsStreamAsync(both.Token);
            return await JsonSerializer.DeserializeAsync(content, type, both.Token);
        }
        catch (Exception exception) when (IsOutage(exception, limit.Token) && !cancellationToken.IsCancellationRequested)
        {
            OnOutage(request.RequestUri, exception);
            return null;
        }
    }

    public static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    public void Dispose() => Invoker.Dispose();

    /// <summary>
    /// Whether an error means that the other replica is stopped, stopping, silent or failing, or refuses what it should answer. A failing replica logs the cause itself.
    /// One to which no connection can be made in time is told as a cancellation with that reason.
    /// </summary>
    public static bool IsOutage(Exception exception, CancellationToken timeout) =>
        exception is IOException or HttpRequestException or OperationCanceledException { InnerException: TimeoutException }
        || (exception is OperationCanceledException && timeout.IsCancellationRequested);

    /// <summary>Logs why another replica could not be asked. One that limits this replica as a client does so until the configuration changes.</summary>
    public void OnOutage(Uri? uri, Exception exception)
    {
        LogOutage(uri, exception);
        if (exception is HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests } && Interlocked.Exchange(ref _hasWarnedOfLimits, 1) == 0)
            LogLimited(uri);
    }

    [LoggerMessage(LogLevel.Debug, "Another replica could not be asked for {Uri}; its owner is looked for again")]
    private partial void LogOutage(Uri? uri, Exception exception);

    [LoggerMessage(LogLevel.Information, "The answer of the replica at {Uri} broke off ({Error}), and with it the client's")]
    public partial void LogBroken(Uri uri, ForwarderError error, Exception? exception);

    [LoggerMessage(LogLevel.Warning, "The replica at {Uri} does not take this one for a replica: Peers:Secret differs")]
    private partial void LogNotTrusted(Uri? uri);

    [LoggerMessage(LogLevel.Warning, "The replica at {Uri} limits this one as if it were one client, so some of what it asks for others is not answered: give all replicas the same Peers:Secret")]
    private partial void LogLimited(Uri? uri);
}
