using StreamSocial.Dashboard.Alerts.Stores;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Keeps each alert whose episodes changed, and removes silences that are long over; what the store does not take is tried again.</summary>
internal sealed partial class AlertWriter(AlertKeeper keeper, IAlertStore store, TimeProvider time, ILogger<AlertWriter> logger) : BackgroundService
{
    /// <summary>How long a silence that is over stays in the topic; then nobody looks for it any more.</summary>
    private static readonly TimeSpan KeptAfterItsEnd = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in keeper.ToKeep.ReadAllAsync(stoppingToken))
                await WriteAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync writes what is left.
        }
    }

    /// <summary>Writes what the receiver was told last, so that the next start does not tell it again.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await RemoveOldSilencesAsync(cancellationToken);
        foreach (var alert in keeper.Unkept())
        {
            try
            {
                await store.WriteAsync(alert, cancellationToken);
                keeper.Kept(alert);
            }
            catch (AlertStoreException e)
            {
                // The others are not to wait for one that cannot be written.
                LogUnkept(logger, alert.Rule, e.Message);
            }
        }
    }

    private async Task RemoveOldSilencesAsync(CancellationToken cancellationToken)
    {
        var limit = time.GetUtcNow() - KeptAfterItsEnd;
        foreach (var silence in store.Read()?.Silences.Values.Where(silence => silence.Until < limit) ?? [])
        {
            try
            {
                await store.RemoveSilenceAsync(silence.Id, cancellationToken);
            }
            catch (AlertStoreException e)
            {
                LogSilenceStays(logger, silence.Id, e.Message);
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Silence {Id} is over and is not removed yet: {Reason}")]
    private static partial void LogSilenceStays(ILogger logger, string id, string reason);

    [LoggerMessage(LogLevel.Warning, "Alert {Rule} is not kept yet: {Reason}")]
    private static partial void LogUnkept(ILogger logger, string rule, string reason);
}
