using System.Collections.Immutable;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Jmx;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads the brokers' state.</summary>
internal sealed class ClusterMonitor(ClusterReader reader, JmxMonitor jmx, TimeProvider time, ILogger<ClusterMonitor> logger)
    : PollingMonitor<ClusterState>(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(8), time, logger)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The brokers' own figures; empty when there is nobody to ask.</summary>
    public ImmutableArray<BrokerFigures> Figures => jmx.Current?.Figures ?? [];

    /// <summary>Bytes by partition, of the leaders' copies; null when no broker says.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), long>? Sizes => jmx.SizesOf(Current);

    protected override async Task<ClusterState?> ReadAsync(CancellationToken cancellationToken) => await reader.ReadAsync(ReadTimeout, jmx.Readings, cancellationToken);
}
