using System.Net;
using Microsoft.Extensions.Options;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.Streams.Membership;
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
            if (attempt.Owner is { } owner && await forwarder.TryForwardAsync(context, owner, forwarder.AnswerTimeout))
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
    public async Task<bool> TryForwardAsync(HttpContext context, PartitionOwner owner, TimeSpan silence)
    {
        var config = new ForwarderRequestConfig { ActivityTimeout = silence };
        var transformer = new PeerTransformer();
        var error = await forwarder.SendAsync(
            context, owner.Endpoint.AbsoluteUri, peers.Invoker, config, transformer, context.RequestAborted);
        if (error == ForwarderError.None && !transformer.IsRefused)
            return true;
        context.RequestAborted.ThrowIfCancellationRequested();
        if (context.Response.HasStarted)
            return true;
        context.Response.Clear();
        return false;
    }
}

/// <summary>Marks a request as forwarded, and suppresses an answer that only says that the other replica cannot serve it. For one attempt.</summary>
internal sealed class PeerTransformer : HttpTransformer
{
    /// <summary>Whether the other replica could not serve the request.</summary>
    public bool IsRefused { get; private set; }

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        // As the client sent it: the path that the server has decoded no longer tells an encoded slash from an encoded percent sign.
        proxyRequest.RequestUri = new Uri(new Uri(destinationPrefix), RequestPath.Encoded(httpContext.Request) + httpContext.Request.QueryString);
        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.Add(PeerRequests.ForwardedHeader, "1");
    }

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        IsRefused = proxyResponse?.StatusCode is HttpStatusCode.MisdirectedRequest or HttpStatusCode.ServiceUnavailable;
        return IsRefused ? new(false) : base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }
}
