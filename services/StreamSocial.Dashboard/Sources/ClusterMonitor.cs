using System.Collections.Immutable;
using Confluent.Kafka;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Jmx;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads the brokers' state all the time, apart from the snapshots, which do not wait for a broker that is gone.</summary>
internal sealed partial class ClusterMonitor(ClusterReader reader, JmxMonitor jmx, TimeProvider time, ILogger<ClusterMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    /// <summary>What is older is not known any more.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(8);

    private volatile ClusterState? _latest;

    /// <summary>The brokers' own figures; empty when there is nobody to ask.</summary>
    public ImmutableArray<BrokerFigures> Figures => jmx.Current?.Figures ?? [];

    /// <summary>Bytes by partition, of the leaders' copies; null when no broker says.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), long>? Sizes => jmx.SizesOf(Current);

    /// <summary>The latest state; null when no broker has answered for some seconds.</summary>
    public ClusterState? Current => _latest is { } latest && time.GetUtcNow() - latest.At <= MaxAge ? latest : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await ReadAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends; no state outlives it.
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _latest = await reader.ReadAsync(ReadTimeout, jmx.Statuses, cancellationToken);
        }
        catch (KafkaException e)
        {
            LogUnread(logger, e.Error.Reason);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The brokers' state is unknown: {Reason}")]
    private static partial void LogUnread(ILogger logger, string reason);
}
