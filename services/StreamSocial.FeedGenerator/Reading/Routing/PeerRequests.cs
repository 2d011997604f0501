using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using StreamSocial.ServiceDefaults.Http.Limits;
using StreamSocial.Streams.Membership.Peers;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Tells requests that another replica forwards from those of clients.</summary>
/// <remarks>
/// The receiver of a forwarded request answers from its own state or with 421 and never forwards it again, so that two replicas that each take the other for
/// the owner do not forward a request in a loop. That is why a request that only claims to be forwarded is refused: taken for a client's, it would be
/// forwarded, and replicas with different secrets would loop.
/// </remarks>
internal static class PeerRequests
{
    /// <summary>Marks a request that a replica forwarded.</summary>
    public const string ForwardedHeader = "StreamSocial-Forwarded";

    /// <summary>Has the secret that replicas share.</summary>
    public const string SecretHeader = "StreamSocial-Peer-Secret";

    /// <summary>Whether a replica forwarded the request.</summary>
    public static bool IsForwarded(HttpContext context) => context.Request.Headers.ContainsKey(ForwardedHeader);

    /// <summary>Refuses requests that claim to be forwarded and lack the secret. Replicas that have it have no limits of clients.</summary>
    public static void UsePeerRequests(this WebApplication app)
    {
        var secret = app.Services.GetRequiredService<IOptions<PeersOptions>>().Value.Secret;
        if (secret is null)
            return;
        var expected = Encoding.UTF8.GetBytes(secret);
        app.Use((context, next) =>
        {
            if (!IsForwarded(context))
                return next(context);
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers[SecretHeader].ToString()), expected))
                return ReadProblems.NotAPeer.Answer().ExecuteAsync(context);
            context.Features.Set(UnlimitedCaller.Instance);
            return next(context);
        });
    }
}
