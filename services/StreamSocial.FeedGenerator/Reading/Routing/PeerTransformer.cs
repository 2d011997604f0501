using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Marks a request as passed on, and holds back an answer that only says to ask elsewhere. Serves one attempt.</summary>
internal sealed class PeerTransformer : HttpTransformer
{
    /// <summary>Whether the other replica could not answer.</summary>
    public bool IsRefused { get; private set; }

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
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
