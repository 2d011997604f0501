using System.Collections.Immutable;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Jmx;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads the brokers' JMX metrics, if there are exporters to ask.</summary>
/// <remarks>Not every second: a broker lists the sizes of all its copies each time.</remarks>
internal sealed class JmxMonitor(JmxReader reader, TimeProvider time, ILogger<JmxMonitor> logger)
    : PollingMonitor<JmxReport>(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(12), time, logger)
{
    private ImmutableArray<JmxReading> _earlier = [];

    /// <summary>What the brokers say of themselves; empty when there is nobody to ask.</summary>
    public ImmutableArray<JmxReading> Readings => Current?.Readings ?? [];

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

    protected override async Task<JmxReport?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!reader.HasAddresses)
            return null;
        var now = await reader.ReadAsync(cancellationToken);
        var report = new JmxReport(now, BrokerFigures.From(now, _earlier));
        _earlier = now;
        return report;
    }
}

/// <summary>The brokers' JMX metrics at one moment.</summary>
internal sealed record JmxReport(ImmutableArray<JmxReading> Readings, ImmutableArray<BrokerFigures> Figures);
