using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;
using StreamSocial.Dashboard.Alerts.Stores;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Holds the alerts, from what the store kept on. Thread-safe.</summary>
internal sealed class AlertKeeper(IAlertStore store, IOptions<AlertOptions> options)
{
    private readonly IReadOnlyList<AlertRule> _rules = options.Value.Effective();
    private readonly bool _hasReceiver = options.Value.Webhook.Url is not null;
    private readonly Lock _gate = new();
    private readonly Channel<AlertSet> _toKeep = NewChannel();
    private readonly Channel<AlertSet> _toTell = NewChannel();
    private AlertSet? _alerts;
    private ImmutableDictionary<string, ImmutableArray<Episode>> _kept = ImmutableDictionary<string, ImmutableArray<Episode>>.Empty;

    /// <summary>The alerts with the silences of now; null while it is unknown what was kept.</summary>
    public AlertSet? Current
    {
        get
        {
            lock (_gate)
                return _alerts is { } alerts && store.Read() is { } kept ? alerts with { Silences = kept.Silences } : null;
        }
    }

    /// <summary>The latest alerts whenever something may have changed, for the one who keeps them.</summary>
    public ChannelReader<AlertSet> ToKeep => _toKeep.Reader;

    /// <summary>The same for the one who tells of them.</summary>
    public ChannelReader<AlertSet> ToTell => _toTell.Reader;

    /// <summary>Evaluates the rules.</summary>
    public AlertSet? Observe(AlertInput input)
    {
        lock (_gate)
        {
            if (store.Read() is not { } kept)
                return null;
            if (_alerts is null)
            {
                _alerts = kept;
                _kept = kept.Alerts.ToImmutableDictionary(alert => alert.Key, alert => alert.Value.Episodes, StringComparer.Ordinal);
            }
            return Publish((_alerts with { Silences = kept.Silences }).After(RuleEvaluator.Evaluate(_rules, input), input.At, _hasReceiver));
        }
    }

    /// <summary>The receiver took notifications.</summary>
    public void Told(IReadOnlyCollection<Notification> notifications)
    {
        lock (_gate)
        {
            if (_alerts is not null)
                Publish(_alerts.Told(notifications));
        }
    }

    /// <summary>The alerts that differ from what is kept of them.</summary>
    public ImmutableArray<Alert> Unkept()
    {
        lock (_gate)
            return [.. (_alerts ?? AlertSet.Empty).Alerts.Values.Where(alert => !alert.Episodes.IsEmpty && !IsKept(alert))];
    }

    /// <summary>An alert is kept.</summary>
    public void Kept(Alert alert)
    {
        lock (_gate)
            _kept = _kept.SetItem(alert.Fingerprint, alert.Episodes);
    }

    /// <summary>Whether an alert is kept as it is: what is told before might be told again by the next start.</summary>
    public bool IsKept(Alert alert)
    {
        lock (_gate)
            return _kept.TryGetValue(alert.Fingerprint, out var episodes) && episodes == alert.Episodes;
    }

    private AlertSet Publish(AlertSet alerts)
    {
        _alerts = alerts;
        _toKeep.Writer.TryWrite(alerts);
        _toTell.Writer.TryWrite(alerts);
        return alerts;
    }

    private static Channel<AlertSet> NewChannel() => Channel.CreateBounded<AlertSet>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
}
