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
                // Doubled ten times, 30 s is hours, for which the other groups would wait.
                MaxDelay = _options.BreakDuration > _options.RetryDelay ? _options.BreakDuration : _options.RetryDelay,
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
    public async Task<WebhookAnswer> SendAsync(IReadOnlyList<Notification> group, CancellationToken cancellationToken)
    {
        var message = WebhookMessage.Of(group, _options.ExternalUrl);
        try
        {
            var status = await _pipeline.ExecuteAsync(async token => await PostAsync(message, token), cancellationToken);
            return IsTaken(status) ? WebhookAnswer.Taken : new WebhookAnswer($"It answers with status {status}.", IsRefused(status));
        }
        catch (HttpRequestException e)
        {
            return new WebhookAnswer($"It cannot be reached: {e.Message}");
        }
        catch (TimeoutRejectedException)
        {
            return new WebhookAnswer($"It has not answered within {_options.Timeout}.");
        }
        catch (BrokenCircuitException)
        {
            return new WebhookAnswer("It has not answered for a while, and is left alone for a moment.");
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

    /// <summary>Whether the receiver will never take this message. A wrong address or token is no fault of the message.</summary>
    private static bool IsRefused(int status) => status is 400 or 413 or 422;

    private static bool IsFailure(Outcome<int> outcome) => outcome.Exception is HttpRequestException or TimeoutRejectedException
        || (outcome.Exception is null && !IsTaken(outcome.Result) && !IsRefused(outcome.Result));
}

/// <summary>What came of a message.</summary>
/// <param name="Problem">Why the receiver did not take it, one sentence; null when it did.</param>
/// <param name="IsRefused">Whether it never will.</param>
internal sealed record WebhookAnswer(string? Problem, bool IsRefused = false)
{
    public static readonly WebhookAnswer Taken = new(Problem: null);
}
