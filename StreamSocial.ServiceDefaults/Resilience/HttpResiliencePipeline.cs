using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace StreamSocial.ServiceDefaults.Resilience;

/// <summary>The one pipeline, named <c>http</c>, of all HTTP clients: retries outside, a timeout for each attempt inside.</summary>
internal sealed class HttpResiliencePipeline
{
    public static readonly ResiliencePropertyKey<HttpRequestMessage?> Request = new("http.request");

    public HttpResiliencePipeline(IOptions<HttpResilienceOptions> options, TimeProvider timeProvider)
    {
        var value = options.Value;
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = "http", TimeProvider = timeProvider };
        if (value.MaxRetries > 0)
            builder.AddRetry(CreateRetry(value));

        Pipeline = builder.AddTimeout(value.AttemptTimeout).Build();
    }

    public ResiliencePipeline<HttpResponseMessage> Pipeline { get; }

    private static RetryStrategyOptions<HttpResponseMessage> CreateRetry(HttpResilienceOptions options) => new()
    {
        MaxRetryAttempts = options.MaxRetries,
        Delay = options.RetryDelay,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = args => ValueTask.FromResult(
            RepeatableRequests.MayRepeat(args.Context.Properties.GetValue(Request, null))
            && args.Outcome switch
            {
                { Exception: HttpRequestException or TimeoutRejectedException } => true,
                { Result: { } response } => RepeatableRequests.IsTransient(response.StatusCode),
                _ => false,
            }),
        // The answer that is not used holds a connection until it is disposed.
        OnRetry = args =>
        {
            args.Outcome.Result?.Dispose();
            return ValueTask.CompletedTask;
        },
    };
}
