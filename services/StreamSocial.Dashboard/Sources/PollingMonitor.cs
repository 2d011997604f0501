using Confluent.Kafka;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads something all the time, apart from the snapshots, which do not wait for it.</summary>
/// <param name="interval">From one reading to the next, unless one takes longer.</param>
/// <param name="maxAge">What was read longer ago is not known any more.</param>
internal abstract partial class PollingMonitor<T>(TimeSpan interval, TimeSpan maxAge, TimeProvider time, ILogger logger) : BackgroundService
    where T : class
{
    private volatile Reading? _latest;

    /// <summary>What was read last; null when nothing was for some time.</summary>
    public T? Current => _latest is { } latest && time.GetElapsedTime(latest.ReadAt) <= maxAge ? latest.Value : null;

    /// <summary>Reads once; null leaves what was read before.</summary>
    /// <exception cref="KafkaException">Nobody answered. Any other exception ends the service.</exception>
    protected abstract Task<T?> ReadAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
                await TryReadAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends; no reading outlives it.
        }
    }

    private async Task TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await ReadAsync(cancellationToken) is { } value)
                _latest = new Reading(value, time.GetTimestamp());
        }
        catch (KafkaException e)
        {
            LogUnread(logger, typeof(T).Name, e.Error.Reason);
        }
    }

    [LoggerMessage(LogLevel.Debug, "{What} cannot be read: {Reason}")]
    private static partial void LogUnread(ILogger logger, string what, string reason);

    private sealed record Reading(T Value, long ReadAt);
}

internal static class PollingMonitorServices
{
    /// <summary>Adds what reads while the service runs, and has what it read.</summary>
    public static void AddMonitor<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
