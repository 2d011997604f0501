namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>How replicas ask each other.</summary>
internal static class PeerRequests
{
    /// <summary>
    /// Marks a request that a replica passed on. Its receiver answers from its own state or 421, and never passes it on again: two
    /// replicas that each take the other for the owner must not keep a request between them.
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
