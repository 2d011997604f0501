using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using static StreamSocial.Alerts.Rules.AlertSeverity;

namespace StreamSocial.Alerts.Rules;

/// <summary>All rules. The dashboard evaluates them over its readings; those for Prometheus are made of the same list.</summary>
public static class AlertRules
{
    public const string RecordsWaitTooLong = "RecordsWaitTooLong";
    public const string LagHigh = "LagHigh";
    public const string PartitionHot = "PartitionHot";
    public const string BrokerDown = "BrokerDown";
    public const string PartitionsOffline = "PartitionsOffline";
    public const string PartitionsUnderMinIsr = "PartitionsUnderMinIsr";
    public const string PartitionsUnderReplicated = "PartitionsUnderReplicated";
    public const string AuditNotZero = "AuditNotZero";
    public const string TasksFailed = "TasksFailed";
    public const string ReplicasMissing = "ReplicasMissing";
    public const string RebalanceStorm = "RebalanceStorm";
    public const string NoSignal = "NoSignal";
    public const string DeadLettersGrow = "DeadLettersGrow";
    public const string RetentionNear = "RetentionNear";
    public const string DiskNearFull = "DiskNearFull";

    /// <summary>A partition that gets fewer records a second is not called hot.</summary>
    public const double LeastHotRate = 10;

    private const string AppendRate = "rate(streamsocial_topic_appended_total[1m])";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The rules, those first that explain others.</summary>
    public static ImmutableArray<AlertRule> All { get; } =
    [
        new(BrokerDown, Critical, "A broker is down or takes no connection.",
            "Start it again; if it does not come up, its log says why.",
            0, "{broker}", Seconds(5), Seconds(10),
            "1 - min by (broker) (streamsocial_broker_up)"),
        new(PartitionsOffline, Critical, "Partitions have no leader: they can be neither written nor read.",
            "Bring back the brokers that hold their copies.",
            0, "{partition}", Seconds(5), Seconds(10),
            "sum(max by (topic) (streamsocial_cluster_partitions_offline))"),
        new(PartitionsUnderMinIsr, Critical, "Partitions have fewer copies in sync than min.insync.replicas: they take no writes with acks=all.",
            "Bring back the brokers that hold their copies; until then ingest holds requests back.",
            0, "{partition}", Seconds(10), Seconds(10),
            "sum(max by (topic) (streamsocial_cluster_partitions_under_min_isr))"),
        new(PartitionsUnderReplicated, Warning, "Partitions lack copies: one more broker that fails may stop them.",
            "See which broker is down or behind; after a restart its copies catch up by themselves.",
            0, "{partition}", Seconds(30), Seconds(10),
            "sum(max by (topic) (streamsocial_cluster_partitions_under_replicated))"),
        new(AuditNotZero, Critical, "The audit counted lost or misordered entries.",
            "'streamsocial members' shows the edge and who sent; keep the logs of both sides.",
            0, "{entry}", TimeSpan.Zero, Minute,
            """sum by (kind) (label_replace(increase(streamsocial_streams_entries_lost_total[10m]), "kind", "lost", "", "") or label_replace(increase(streamsocial_streams_entries_misordered_total[10m]), "kind", "misordered", "", ""))"""),
        new(TasksFailed, Critical, "Tasks have stopped; their partitions stand still.",
            "'streamsocial tasks list' has the reason and the next try, 'streamsocial tasks reset' the way out.",
            0, "{task}", Seconds(10), Seconds(30),
            "sum(streamsocial_streams_tasks_failed)"),
        new(NoSignal, Warning, "Something that the other rules need is unknown, so they can neither fire nor resolve.",
            "See whether the brokers answer and whether feed generators report.",
            0, "{source}", Seconds(30), Seconds(10),
            "(1 - max by (source) (streamsocial_signal_known))"),
        new(RecordsWaitTooLong, Warning, "Records wait longer than they should.",
            "The heat map by cause says why; more replicas help against one cause only.",
            30, "s", Seconds(30), Minute,
            "max by (topic) (streamsocial_consumer_oldest_age_seconds)"),
        new(LagHigh, Warning, "Many records wait.",
            "The heat map by cause says why; 'streamsocial scale' adds replicas if they are too few.",
            100_000, "{record}", Minute, Minute,
            "sum by (topic) (streamsocial_consumer_lag)"),
        new(PartitionHot, Warning, "One partition gets many times what the others of its topic get.",
            "'streamsocial topics describe' shows the key; more replicas do not relieve one partition.",
            5, "1", Minute, Minute,
            string.Create(CultureInfo.InvariantCulture, $"max by (topic) ({AppendRate}) / avg by (topic) ({AppendRate}) * (max by (topic) ({AppendRate}) >= bool {LeastHotRate})")),
        new(ReplicasMissing, Warning, "Fewer feed generators are ready than were asked for.",
            "See the resources in the Aspire dashboard, and the log of the one that does not come up.",
            0, "{replica}", TimeSpan.FromMinutes(2), Seconds(10),
            "max(streamsocial_autoscaler_replicas_current) - (count(streamsocial_streams_tasks_assigned) or vector(0))"),
        new(RebalanceStorm, Warning, "The group rebalances again and again.",
            "See the timeline of rebalances: which member comes and goes, and why it ends.",
            6, "{rebalance}", TimeSpan.Zero, Minute,
            "max(increase(streamsocial_streams_rebalances_total[10m]))"),
        new(DeadLettersGrow, Warning, "Entries could not be processed and went to the dead letters.",
            "'streamsocial dlq list' shows them with their reasons; replay them once the cause is mended.",
            0, "{entry}", TimeSpan.Zero, Minute,
            "sum by (topic) (increase(streamsocial_streams_entries_dead_lettered_total[10m]))"),
        new(RetentionNear, Critical, "Records wait nearly as long as their topic keeps them; then they are lost.",
            "Lengthen the topic's retention now, then see why its records wait.",
            0.8, "1", TimeSpan.Zero, Minute,
            "max by (topic) (streamsocial_consumer_oldest_age_seconds) / min by (topic) (streamsocial_topic_retention_seconds)"),
        new(DiskNearFull, Critical, "A disk is nearly full; a broker or a store that cannot write stops.",
            "Free space or shorten retention before it is full.",
            0.9, "1", Minute, Minute,
            "max by (disk) (streamsocial_disk_used_ratio)"),
    ];

    private static readonly FrozenDictionary<string, AlertRule> ByName = All.ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);

    /// <summary>A rule by its name; null if there is none.</summary>
    public static AlertRule? Find(string name) => ByName.GetValueOrDefault(name);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
