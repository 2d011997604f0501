using StreamSocial.Dashboard.Alerts.Stores;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Keeps each alert whose episodes changed; what the store does not take is tried again.</summary>
internal sealed partial class AlertWriter(AlertKeeper keeper, IAlertStore store, ILogger<AlertWriter> logger) : BackgroundService
{
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
        foreach (var alert in keeper.Unkept())
        {
            try
            {
                await store.WriteAsync(alert, cancellationToken);
                keeper.Kept(alert);
            }
            catch (AlertStoreException e)
            {
                LogUnkept(logger, alert.Rule, e.Message);
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Alert {Rule} is not kept yet: {Reason}")]
    private static partial void LogUnkept(ILogger logger, string rule, string reason);
}
