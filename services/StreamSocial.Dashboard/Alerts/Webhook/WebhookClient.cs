using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;

namespace StreamSocial.Dashboard.Alerts.Webhook;

/// <summary>Sends notifications to the receiver: with retries, each attempt bounded, and none at all while the receiver has not answered for a while.</summary>
internal sealed class WebhookClient
{
    private readonly HttpClient _http;
    private readonly AlertWebhookOptions _options;
    private readonly ResiliencePipeline<int> _pipeline;

    public WebhookClient(HttpClient http, IOptions<AlertOptions> options, TimeProvider time)
    {
        (_http, _options) = (http, options.Value.Webhook);
        _pipeline = new ResiliencePipelineBuilder<int> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<int>
            {
                MaxRetryAttempts = _options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _options.RetryDelay,
                ShouldHandle = attempt => ValueTask.FromResult(IsFailure(attempt.Outcome)),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<int>
            {
                MinimumThroughput = 2 * (_options.MaxRetries + 1),
                FailureRatio = 1,
                SamplingDuration = TimeSpan.FromMinutes(1) + (4 * _options.BreakDuration),
                BreakDuration = _options.BreakDuration,
                ShouldHandle = attempt => ValueTask.FromResult(IsFailure(attempt.Outcome)),
            })
            .AddTimeout(_options.Timeout)
            .Build();
    }

    /// <summary>Sends a group.</summary>
    /// <param name="group">Notifications of one rule, all that it fired or all that it was resolved.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <returns>Null when the receiver took it; otherwise why not, one sentence.</returns>
    public async Task<string?> SendAsync(IReadOnlyList<Notification> group, CancellationToken cancellationToken)
    {
        var message = WebhookMessage.Of(group, _options.ExternalUrl);
        try
        {
            var status = await _pipeline.ExecuteAsync(async token => await PostAsync(message, token), cancellationToken);
            return IsTaken(status) ? null : $"It answers with status {status}.";
        }
        catch (HttpRequestException e)
        {
            return $"It cannot be reached: {e.Message}";
        }
        catch (TimeoutRejectedException)
        {
            return $"It has not answered within {_options.Timeout}.";
        }
        catch (BrokenCircuitException)
        {
            return "It has not answered for a while, and is left alone for a moment.";
        }
    }

    private async Task<int> PostAsync(WebhookMessage message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = JsonContent.Create(message, WebhookJson.Default.WebhookMessage) };
        if (_options.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return (int)response.StatusCode;
    }

    private static bool IsTaken(int status) => status is >= 200 and < 300;

    private static bool IsFailure(Outcome<int> outcome) => outcome.Exception is HttpRequestException or TimeoutRejectedException || (outcome.Exception is null && !IsTaken(outcome.Result));
}
