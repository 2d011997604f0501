using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace StreamSocial.ServiceDefaults.HttpClients;

/// <summary>What every client of <see cref="IHttpClientFactory"/> gets: service discovery and the standard resilience handler.</summary>
internal static class HttpClientDefaults
{
    private const string IdempotencyKey = "Idempotency-Key";

    public static void AddHttpClientDefaults(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<HttpResilienceOptions>()
            .BindConfiguration(HttpResilienceOptions.SectionName)
            .ValidateDataAnnotations();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(client =>
        {
            client.AddStandardResilienceHandler().Configure((pipeline, services) =>
                Apply(services.GetRequiredService<IOptions<HttpResilienceOptions>>().Value, pipeline));
            client.AddServiceDiscovery();
        });
    }

    private static void Apply(HttpResilienceOptions options, HttpStandardResilienceOptions pipeline)
    {
        pipeline.AttemptTimeout.Timeout = options.AttemptTimeout;
        // The strategy takes no 0; without retries the predicate below is false.
        pipeline.Retry.MaxRetryAttempts = Math.Max(1, options.MaxRetries);
        pipeline.Retry.Delay = options.RetryDelay;
        var isTransient = pipeline.Retry.ShouldHandle;
        pipeline.Retry.ShouldHandle = attempt => options.MaxRetries > 0 && IsRepeatable(attempt.Context.GetRequestMessage())
            ? isTransient(attempt)
            : ValueTask.FromResult(false);

        // The handler needs a total timeout. This one is longer than all attempts and the (jittered, doubling) pauses between them, so it
        // never ends a request that the three options allow.
        pipeline.TotalRequestTimeout.Timeout =
            (options.AttemptTimeout * (options.MaxRetries + 1)) + (options.RetryDelay * Math.Pow(2, options.MaxRetries + 1));
        // At least two attempts must fit into the window of the circuit breaker.
        pipeline.CircuitBreaker.SamplingDuration = TimeSpan.FromTicks(Math.Max(pipeline.CircuitBreaker.SamplingDuration.Ticks, 2 * options.AttemptTimeout.Ticks));
    }

    private static bool IsRepeatable(HttpRequestMessage? request) => request is not null
        && (request.Method == HttpMethod.Get
            || request.Method == HttpMethod.Head
            || request.Method == HttpMethod.Options
            || request.Method == HttpMethod.Put
            || request.Method == HttpMethod.Delete
            || request.Headers.Contains(IdempotencyKey));
}
