using Microsoft.Extensions.Options;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;
using StreamSocial.Dashboard.Alerts.Webhook;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Tells the receiver, in order for each alert; what it does not take is told when it is back.</summary>
internal sealed partial class AlertNotifier(
    AlertKeeper keeper, WebhookClient client, IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertNotifier> logger) : BackgroundService
{
    /// <summary>How long a notification waits for its alert to be kept: when Kafka is away, somebody has to hear of that.</summary>
    private static readonly TimeSpan KeepTimeout = TimeSpan.FromSeconds(5);

    private string? _problem;

    /// <summary>Why the receiver does not take notifications, one sentence; null when it takes them.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Webhook.Url is null)
            return;
        try
        {
            await foreach (var alerts in keeper.ToTell.ReadAllAsync(stoppingToken))
            {
                if (!await TellAsync(alerts, stoppingToken))
                    await Task.Delay(options.Value.Webhook.BreakDuration, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is untold is kept, and told by the next start.
        }
    }

    /// <summary>Tells one thing of each alert that has something to tell; the next evaluation comes back for the rest.</summary>
    private async Task<bool> TellAsync(AlertSet alerts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = alerts.NextNotifications(now).Where(next => keeper.IsKept(next.Alert) || now - (next.Episode.ResolvedAt ?? next.Episode.FiredAt) > KeepTimeout);
        string? problem = null;
        foreach (var group in due.GroupBy(next => (next.Alert.Rule, next.IsResolved)))
        {
            Notification[] told = [.. group];
            var answer = await client.SendAsync(told, cancellationToken);
            if (answer.Problem is null)
                keeper.Told(told);
            else if (answer.IsRefused)
            {
                // It would be refused for ever; the others must not wait for it.
                keeper.Told(told);
                LogRefused(logger, group.Key.Rule, told.Length, answer.Problem);
            }
            else
                problem = answer.Problem;
        }
        Say(problem);
        return problem is null;
    }

    private void Say(string? problem)
    {
        var before = Interlocked.Exchange(ref _problem, problem);
        if (problem is not null && before is null)
            LogUntold(logger, problem);
        else if (problem is null && before is not null)
            LogBack(logger);
    }

    [LoggerMessage(LogLevel.Warning, "The receiver of alerts does not take them; they are kept and told when it does: {Problem}")]
    private static partial void LogUntold(ILogger logger, string problem);

    [LoggerMessage(LogLevel.Error, "The receiver of alerts refuses {Count} notifications of {Rule} for good; they are not told again: {Problem}")]
    private static partial void LogRefused(ILogger logger, string rule, int count, string problem);

    [LoggerMessage(LogLevel.Information, "The receiver of alerts takes them again")]
    private static partial void LogBack(ILogger logger);
}
