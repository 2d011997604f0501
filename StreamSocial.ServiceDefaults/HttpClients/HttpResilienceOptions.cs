using System.ComponentModel.DataAnnotations;

namespace StreamSocial.ServiceDefaults.HttpClients;

/// <summary>
/// How the HTTP clients of a service treat a callee that fails or stays silent. They configure the standard resilience handler of
/// Microsoft.Extensions.Http.Resilience; its circuit breaker and its limit of 1,000 requests at once keep their defaults.
/// </summary>
public sealed class HttpResilienceOptions
{
    public const string SectionName = "HttpResilience";

    /// <summary>Longest wait for the response headers of one attempt. The body of a response, for example a stream, may take longer.</summary>
    /// <value>Default 10 s; 0.1 s to 2 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Further attempts of a request that may be repeated: GET, HEAD, OPTIONS, PUT, DELETE, and any with an <c>Idempotency-Key</c>. Repeated
    /// are attempts without an answer and those answered 408, 429 or 5xx.
    /// </summary>
    /// <value>Default 2; 0 to 10. 0 switches retries off.</value>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>First pause between attempts; it doubles, with jitter. A <c>Retry-After</c> of the callee goes first.</summary>
    /// <value>Default 0.2 s; 10 ms to 10 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:10", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);
}
