using StreamSocial.Alerts.State;

namespace StreamSocial.Dashboard.Alerts.Stores;

/// <summary>Keeps alerts that fired, and silences. Thread-safe.</summary>
internal interface IAlertStore
{
    /// <summary>What is kept; null while that is unknown.</summary>
    AlertSet? Read();

    /// <summary>Keeps an alert.</summary>
    /// <exception cref="AlertStoreException">It is unknown whether it is kept.</exception>
    Task WriteAsync(Alert alert, CancellationToken cancellationToken);

    /// <summary>Keeps a silence; <see cref="Read"/> has it afterwards.</summary>
    /// <exception cref="AlertStoreException">It is unknown whether it is kept.</exception>
    Task WriteAsync(Silence silence, CancellationToken cancellationToken);

    /// <summary>Removes a silence; <see cref="Read"/> does not have it afterwards.</summary>
    /// <exception cref="AlertStoreException">It is unknown whether it was removed.</exception>
    Task RemoveSilenceAsync(string id, CancellationToken cancellationToken);
}

/// <summary>An alert or a silence could not be kept.</summary>
internal sealed class AlertStoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Keeps them for the life of the process, for made-up figures.</summary>
internal sealed class MemoryAlertStore : IAlertStore
{
    private AlertSet _kept = AlertSet.Empty;

    public AlertSet? Read() => _kept;

    public Task WriteAsync(Alert alert, CancellationToken cancellationToken) => Change(kept => kept with { Alerts = kept.Alerts.SetItem(alert.Fingerprint, alert) });

    public Task WriteAsync(Silence silence, CancellationToken cancellationToken) => Change(kept => kept with { Silences = kept.Silences.SetItem(silence.Id, silence) });

    public Task RemoveSilenceAsync(string id, CancellationToken cancellationToken) => Change(kept => kept with { Silences = kept.Silences.Remove(id) });

    private Task Change(Func<AlertSet, AlertSet> change)
    {
        AlertSet before;
        do
            before = Volatile.Read(ref _kept);
        while (Interlocked.CompareExchange(ref _kept, change(before), before) != before);
        return Task.CompletedTask;
    }
}
