using System.Collections.Immutable;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Jmx;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads the brokers' JMX metrics every few seconds, if there are exporters to ask.</summary>
internal sealed class JmxMonitor(JmxReader reader, TimeProvider time) : BackgroundService
{
    /// <summary>A broker lists the sizes of all its copies each time.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);

    /// <summary>What is older is not known any more.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(12);

    private volatile JmxReport? _latest;
    private ImmutableArray<JmxReading> _earlier = [];

    /// <summary>The latest reading; null when there are no exporters to ask.</summary>
    public JmxReport? Current => _latest is { } latest && time.GetUtcNow() - latest.At <= MaxAge ? latest : null;

    /// <summary>What the brokers say of themselves, by id.</summary>
    public IReadOnlyDictionary<int, BrokerStatus> Statuses => Current?.Readings
        .Where(reading => reading.Sample?.Status is not null)
        .ToDictionary(reading => reading.Broker, reading => reading.Sample!.Status!.Value) ?? [];

    /// <summary>Bytes of the leaders' copies; null when no broker says.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), long>? SizesOf(ClusterState? cluster)
    {
        if (Current is not { } current || cluster is null)
            return null;
        var samples = current.Readings.Where(reading => reading.Sample is not null).ToDictionary(reading => reading.Broker, reading => reading.Sample!.LogSizes);
        var sizes = new Dictionary<(string, int), long>();
        foreach (var topic in cluster.Topics)
        {
            foreach (var (partition, leader) in topic.LeaderOf)
            {
                if (samples.TryGetValue(leader, out var copies) && copies.TryGetValue((topic.Name, partition), out var size))
                    sizes[(topic.Name, partition)] = size;
            }
        }
        return sizes;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!reader.HasAddresses)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                var now = await reader.ReadAsync(stoppingToken);
                _latest = new JmxReport(time.GetUtcNow(), now, BrokerFigures.From(now, _earlier));
                _earlier = now;
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends; no figure outlives it.
        }
    }
}

/// <summary>The brokers' JMX metrics at one moment.</summary>
internal sealed record JmxReport(DateTimeOffset At, ImmutableArray<JmxReading> Readings, ImmutableArray<BrokerFigures> Figures);
