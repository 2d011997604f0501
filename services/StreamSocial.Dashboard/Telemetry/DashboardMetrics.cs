using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Options;
using StreamSocial.Dashboard.Alerts;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Telemetry;

/// <summary>
/// The group and the cluster as the page shows them, for Prometheus and its rules. What is unknown, or made up, is not measured; a snapshot that is too old says
/// that its sources are not known and nothing else. Hosted, so that the instruments are there from the start.
/// </summary>
internal sealed class DashboardMetrics : IHostedService
{
    public const string MeterName = "StreamSocial.Dashboard";

    private static readonly TimeSpan ShortestMaxAge = TimeSpan.FromSeconds(10);

    /// <summary>A snapshot counts until so many others should have come.</summary>
    private const int MissedSnapshots = 5;

    private readonly SnapshotStore _store;
    private readonly TimeProvider _time;
    private readonly TimeSpan _maxAge;

    /// <param name="factory">Owns the meter.</param>
    /// <param name="store">Has the latest snapshot.</param>
    /// <param name="options">How often one comes.</param>
    /// <param name="disks">Reads the watched disks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="kafka">What is known of the cluster; null where the figures are made up.</param>
    public DashboardMetrics(
        IMeterFactory factory, SnapshotStore store, IOptions<DashboardOptions> options, DiskReader disks, TimeProvider time, KafkaFigures? kafka = null)
    {
        (_store, _time) = (store, time);
        var missed = MissedSnapshots * options.Value.Interval;
        _maxAge = missed > ShortestMaxAge ? missed : ShortestMaxAge;
        var meter = factory.Create(MeterName);

        Gauge("streamsocial.consumer.lag", "{record}", "Records of a partition that wait, as the owner reported its position.", () => ByPartition(topic => topic.Lags));
        meter.CreateObservableGauge(
            "streamsocial.consumer.oldest_age",
            () => ByPartition(topic => topic.OldestAgesMs).Select(age => new Measurement<double>(age.Value / 1000.0, age.Tags)),
            "s", "Age of a partition's oldest record that waits, at least: one of before the dashboard's start counts from then, and without a position the last known one counts; 0 when none waits.");
        meter.CreateObservableCounter("streamsocial.topic.appended", () => ByPartition(topic => topic.Ends), "{record}", "Records ever appended to a partition of an input topic: its log end.");
        meter.CreateObservableGauge("streamsocial.topic.retention", () => kafka?.Retentions() ?? [], "s", "How long an input topic keeps its records; as the catalogue has it while its own setting is unknown.");
        Gauge("streamsocial.signal.known", "{source}", "1 if what the rules need of a source is known, 0 if not.", ReadSources);
        meter.CreateObservableGauge("streamsocial.disk.used_ratio", () => ReadDisks(disks), "1", "Share of a watched disk (Alerts:Disks) that is used.");

        Gauge("streamsocial.broker.up", "{broker}", "1 if a broker is registered and takes connections, 0 if not.", () => OfBrokers(broker => broker.Status == BrokerStatus.Running ? 1 : 0));
        Gauge("streamsocial.broker.leaders", "{partition}", "Partitions that a broker leads.", () => OfBrokers(broker => broker.Leaders));
        Gauge("streamsocial.broker.replicas", "{replica}", "Copies of partitions that a broker should have.", () => OfBrokers(broker => broker.Replicas));
        Gauge("streamsocial.broker.in_sync_replicas", "{replica}", "Copies of these that are in sync.", () => OfBrokers(broker => broker.InSync));
        Gauge("streamsocial.cluster.brokers", "{broker}", "Brokers by state: running, starting, recovering, shuttingDown, unreachable or down.", () => kafka?.Cluster is { } cluster
            ? Enum.GetValues<BrokerStatus>().Select(status => new Measurement<long>(
                cluster.Brokers.Count(broker => broker.Status == status), new TagList { { "state", CauseSnapshot.CodeOf(status) } }))
            : []);
        Gauge("streamsocial.cluster.partitions.offline", "{partition}", "Partitions of a topic that nobody leads.", () => OfTopics(topic => topic.Offline));
        Gauge("streamsocial.cluster.partitions.under_replicated", "{partition}", "Partitions of a topic of which a copy is behind or missing.", () => OfTopics(topic => topic.UnderReplicated));
        Gauge("streamsocial.cluster.partitions.under_min_isr", "{partition}", "Partitions of a topic with fewer copies in sync than min.insync.replicas.", () => OfTopics(topic => topic.UnderMinInSync));
        Gauge("streamsocial.cluster.partitions.not_preferred", "{partition}", "Partitions of a topic that another broker leads than the preferred one.", () => OfTopics(topic => topic.NotPreferred));

        void Gauge(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read) => meter.CreateObservableGauge(name, read, unit, description);

        IEnumerable<Measurement<long>> OfBrokers(Func<BrokerState, long> read) => kafka?.Cluster?.Brokers
            .Select(broker => new Measurement<long>(read(broker), new TagList { { "broker", Text(broker.Id) } })) ?? [];

        IEnumerable<Measurement<long>> OfTopics(Func<TopicReplication, long?> read) => Known(
            kafka?.Cluster?.Topics.Select(topic => (read(topic), new TagList { { "topic", topic.Name } })) ?? []);
    }

    /// <summary>The latest snapshot; null when it is made up, too old, or there is none.</summary>
    private DashboardSnapshot? Current => Latest is { } latest && _time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(latest.At) <= _maxAge ? latest : null;

    private DashboardSnapshot? Latest => _store.Current?.Snapshot is { IsDemo: false } latest ? latest : null;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<long>> ByPartition(Func<TopicSnapshot, long?[]?> read) => Known((Current?.Topics ?? [])
        .SelectMany(topic => (read(topic) ?? []).Select((value, partition) => (value, new TagList { { "topic", topic.Name }, { "partition", Text(partition) } }))));

    private IEnumerable<Measurement<long>> ReadSources()
    {
        if (Latest is not { } latest)
            return [];
        var current = Current;
        return latest.Topics
            .Select((topic, index) => Source($"log ends of {topic.Name}", current?.Topics[index].Ends?.Any(end => end is not null)))
            .Append(Source("members", current?.Members?.Any(member => !member.IsSilent)))
            .Append(Source("brokers", current?.Cluster is not null));

        static Measurement<long> Source(string name, bool? isKnown) => new(isKnown == true ? 1 : 0, new TagList { { "source", name } });
    }

    private static IEnumerable<Measurement<double>> ReadDisks(DiskReader disks)
    {
        foreach (var (name, used) in disks.Read())
        {
            if (used is { } share)
                yield return new(share, new TagList { { "disk", name } });
        }
    }

    private static IEnumerable<Measurement<long>> Known(IEnumerable<(long? Value, TagList Tags)> values) =>
        values.Where(value => value.Value is not null).Select(value => new Measurement<long>(value.Value!.Value, value.Tags));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What is known of a real cluster.</summary>
internal sealed class KafkaFigures(ClusterMonitor monitor, TopicCatalog catalog, SnapshotStore store)
{
    /// <summary>The brokers and the copies of the partitions; null when unknown.</summary>
    public ClusterState? Cluster => monitor.Current;

    /// <summary>The retention of each input topic that has one, in seconds.</summary>
    public IEnumerable<Measurement<double>> Retentions()
    {
        if (store.Current?.Snapshot is not { } snapshot)
            yield break;
        foreach (var topic in snapshot.Topics)
        {
            if (snapshot.RetentionOf(catalog[topic.Name]) is { } retention)
                yield return new(retention.TotalSeconds, new TagList { { "topic", topic.Name } });
        }
    }
}
