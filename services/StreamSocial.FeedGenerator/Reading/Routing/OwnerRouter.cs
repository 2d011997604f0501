using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using StreamSocial.FeedGenerator.Reading.Feeds;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.Streams.Tasks;
using Yarp.ReverseProxy.Forwarder;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Answers a request for one key from the replica that holds it: this one, or the one that the request is forwarded to.</summary>
internal sealed class OwnerRouter(PartitionReader reader, PeerForwarder forwarder, PartitionRetryPolicy retryPolicy)
{
    /// <summary>Reads the key's partition here or forwards the request to its owner. Waits, up to the limit, while neither is possible.</summary>
    public async Task<IResult> AnswerAsync<TProcessor, TResult>(
        HttpContext context, ReadTarget target, string key, Func<TProcessor, TResult> read, Func<TResult, IResult> answer)
        where TProcessor : class, IRecordProcessor
    {
        var partition = reader.PartitionOf(target, key);
        var isForwarded = PeerRequests.IsForwarded(context);
        var start = retryPolicy.Start();
        while (true)
        {
            var attempt = reader.Try(target, partition, read);
            if (attempt.Location == PartitionLocation.Here)
                return answer(attempt.Value!);
            if (isForwarded && attempt.Location != PartitionLocation.Restoring)
                return ReadProblems.Misdirected();
            if (attempt.Owner is { } owner && await forwarder.TryForwardAsync(context, owner, forwarder.AnswerTimeout, context.RequestAborted))
                return Results.Empty;
            if (!await retryPolicy.WaitForRetryAsync(start, context.RequestAborted))
                return ReadProblems.Unavailable(context, partition);
        }
    }
}

/// <summary>Forwards a request to the replica that owns its partition.</summary>
internal sealed class PeerForwarder(IHttpForwarder forwarder, PeerClient peers, IOptions<ReadingOptions> options)
{
    /// <summary>Longest wait for an answer: the owner may have to wait for a restore.</summary>
    public TimeSpan AnswerTimeout => options.Value.WaitForPartition + options.Value.PeerTimeout;

    /// <summary>Forwards a request; false if the owner could not answer and nothing was sent to the client, so that it can be tried again.</summary>
    /// <param name="context">The request.</param>
    /// <param name="owner">The replica to ask.</param>
    /// <param name="silence">Longest time without a byte of the answer.</param>
    /// <param name="cancellationToken">Ends the answer, in the middle too.</param>
    public async Task<bool> TryForwardAsync(HttpContext context, Peer owner, TimeSpan silence, CancellationToken cancellationToken)
    {
        var config = new ForwarderRequestConfig { ActivityTimeout = silence };
        var transformer = new PeerTransformer(peers);
        var error = await forwarder.SendAsync(
            context, owner.Endpoint.AbsoluteUri, peers.Invoker, config, transformer, cancellationToken);
        if (error == ForwarderError.None && !transformer.IsRefused)
            return true;
        cancellationToken.ThrowIfCancellationRequested();
        if (context.Response.HasStarted)
        {
            peers.LogBroken(owner.Endpoint, error, context.GetForwarderErrorFeature()?.Exception);
            return true;
        }
        context.Response.Clear();
        return false;
    }
}

/// <summary>
/// Builds the request to another replica, and suppresses an answer that only says that the other replica cannot serve it. For one attempt.
/// </summary>
/// <remarks>Of the client's headers only those that the answer depends on are passed on: what proves who the client is, is not for replicas.</remarks>
internal sealed class PeerTransformer(PeerClient peers) : HttpTransformer
{
    private static readonly string[] PassedOn = [HeaderNames.Accept, HeaderNames.AcceptEncoding, LastEventId.Header];

    /// <summary>Whether the other replica could not serve the request.</summary>
    public bool IsRefused { get; private set; }

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        // As the client sent it: the path that the server has decoded no longer tells an encoded slash from an encoded percent sign.
        proxyRequest.RequestUri = new Uri(new Uri(destinationPrefix), RequestPath.Encoded(httpContext.Request) + httpContext.Request.QueryString);
        foreach (var name in PassedOn)
        {
            if (httpContext.Request.Headers.TryGetValue(name, out var values))
                proxyRequest.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        peers.Mark(proxyRequest);
        return default;
    }

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        IsRefused = proxyResponse is not null && peers.IsRefusal(proxyResponse);
        return IsRefused ? new(false) : base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }
}
