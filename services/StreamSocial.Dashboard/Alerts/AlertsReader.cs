using Microsoft.Extensions.Options;
using StreamSocial.Alerts.Rules;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Reads what there is to say of alerts now.</summary>
internal sealed class AlertsReader(AlertKeeper keeper, AlertNotifier notifier, IOptions<AlertOptions> options, TimeProvider time)
{
    /// <summary>Null while it is unknown what was kept.</summary>
    public AlertsDocument? Read()
    {
        var now = time.GetUtcNow();
        return keeper.Current is { } alerts
            ? AlertsDocument.From(alerts, now, options.Value.Webhook.Url is null ? null : new ReceiverDocument(alerts.NextNotifications(now).Length, notifier.Problem))
            : null;
    }
}
