using System.Net;

namespace StreamSocial.ServiceDefaults.Resilience;

/// <summary>Which requests may be sent twice, and after which answers that helps.</summary>
internal static class RepeatableRequests
{
    public const string IdempotencyKey = "Idempotency-Key";

    public static bool MayRepeat(HttpRequestMessage? request) => request is not null
        && (request.Method == HttpMethod.Get
            || request.Method == HttpMethod.Head
            || request.Method == HttpMethod.Options
            || request.Method == HttpMethod.Put
            || request.Method == HttpMethod.Delete
            || request.Headers.Contains(IdempotencyKey));

    public static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
