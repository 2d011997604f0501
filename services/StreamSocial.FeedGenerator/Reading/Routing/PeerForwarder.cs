using Microsoft.Extensions.Options;
using StreamSocial.Streams.Membership;
using Yarp.ReverseProxy.Forwarder;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Passes a whole request on to the replica that owns its partition.</summary>
internal sealed class PeerForwarder(IHttpForwarder forwarder, PeerClient peers, IOptions<ReadingOptions> options)
{
    private readonly ForwarderRequestConfig _config = new()
    {
        // The owner may itself wait for the restore.
        ActivityTimeout = options.Value.WaitForPartition + options.Value.PeerTimeout,
    };

    /// <summary>False when the owner could not answer and nothing has been sent to the client: look for the owner again.</summary>
    public async Task<bool> TryForwardAsync(HttpContext context, PartitionOwner owner)
    {
        var transformer = new PeerTransformer();
        var error = await forwarder.SendAsync(
            context, owner.Endpoint.AbsoluteUri, peers.Invoker, _config, transformer, context.RequestAborted);
        if (error == ForwarderError.None && !transformer.IsRefused)
            return true;
        context.RequestAborted.ThrowIfCancellationRequested();
        if (context.Response.HasStarted)
            return true;
        context.Response.Clear();
        return false;
    }
}
