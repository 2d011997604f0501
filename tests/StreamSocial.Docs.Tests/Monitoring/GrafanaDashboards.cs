using StreamSocial.Alerts.Rules;

namespace StreamSocial.Docs.Tests.Monitoring;

/// <summary>The dashboards of deploy/grafana. A new panel is a line here.</summary>
internal static class GrafanaDashboards
{
    private const string Rate = "[$__rate_interval]";

    public static IReadOnlyList<GrafanaDashboard> All { get; } = [Overview(), Rules(), Cluster(), Runtime()];

    private static GrafanaDashboard Overview() => new(
        "streamsocial-overview", "StreamSocial: overview",
        OfRule(AlertRules.RecordsWaitTooLong, "Age of the oldest record that waits"),
        OfRule(AlertRules.LagHigh, "Records that wait"),
        new("Accepted and refused by ingest", "ops",
            new($"sum by (messaging_destination_name) (rate(streamsocial_ingest_accepted_total{Rate}))", "accepted: {{messaging_destination_name}}"),
            new($"sum by (error_type) (rate(streamsocial_ingest_refused_total{Rate}))", "refused: {{error_type}}")),
        new("From acceptance to acknowledgement", "s",
            new($"histogram_quantile(0.5, sum by (le) (rate(streamsocial_ingest_ack_duration_seconds_bucket{Rate})))", "p50"),
            new($"histogram_quantile(0.99, sum by (le) (rate(streamsocial_ingest_ack_duration_seconds_bucket{Rate})))", "p99")),
        new("Records processed", "ops", new GrafanaQuery($"sum by (messaging_destination_name) (rate(messaging_client_consumed_messages_total{Rate}))", "{{messaging_destination_name}}")),
        new("Entries processed and delivered", "ops",
            new($"sum(rate(streamsocial_streams_entries_processed_total{Rate}))", "processed"),
            new($"sum(rate(streamsocial_feeds_deliveries_total{Rate}))", "into feeds")),
        new("Feed generators", "short",
            new("max(streamsocial_autoscaler_replicas_current)", "asked for"),
            new("max(streamsocial_autoscaler_replicas_recommended)", "recommended by load"),
            new("count(streamsocial_streams_tasks_assigned)", "scraped")),
        new("Decisions of the autoscaler in 10 minutes", "short", new GrafanaQuery("sum by (verdict, cause) (increase(streamsocial_autoscaler_decisions_total[10m]))", "{{verdict}}: {{cause}}")));

    private static GrafanaDashboard Rules() => new(
        "streamsocial-alerts", "StreamSocial: what the alerts look at", [.. AlertRules.All.Select(rule => OfRule(rule.Name, rule.Name))]);

    private static GrafanaDashboard Cluster() => new(
        "streamsocial-cluster", "StreamSocial: brokers and clients",
        new("Brokers by state", "short", new GrafanaQuery("max by (state) (streamsocial_cluster_brokers)", "{{state}}")),
        new("Partitions that lack something", "short",
            new("sum(streamsocial_cluster_partitions_offline)", "offline"),
            new("sum(streamsocial_cluster_partitions_under_min_isr)", "under min ISR"),
            new("sum(streamsocial_cluster_partitions_under_replicated)", "under-replicated"),
            new("sum(streamsocial_cluster_partitions_not_preferred)", "not at the preferred leader")),
        new("Leaders by broker", "short", new GrafanaQuery("max by (broker) (streamsocial_broker_leaders)", "{{broker}}")),
        new("Copies out of sync by broker", "short", new GrafanaQuery("max by (broker) (streamsocial_broker_replicas - streamsocial_broker_in_sync_replicas)", "{{broker}}")),
        new("Round trip of the slowest client, p99", "s", new GrafanaQuery("max by (client, broker) (streamsocial_kafka_client_round_trip_p99_seconds)", "{{client}} to {{broker}}")),
        new("Bytes sent to brokers", "Bps", new GrafanaQuery($"sum by (broker) (rate(streamsocial_kafka_client_sent_bytes_total{Rate}))", "{{broker}}")),
        new("Bytes received from brokers", "Bps", new GrafanaQuery($"sum by (broker) (rate(streamsocial_kafka_client_received_bytes_total{Rate}))", "{{broker}}")),
        new("Clients' errors", "ops", new GrafanaQuery($"sum by (broker, kind) (rate(streamsocial_kafka_client_errors_total{Rate}))", "{{kind}}: {{broker}}")),
        new("Records in producers' queues", "short", new GrafanaQuery("sum by (instance) (streamsocial_kafka_producer_queue_records)", "{{instance}}")),
        new("Requests that brokers have not answered", "short", new GrafanaQuery("sum by (client, broker) (streamsocial_kafka_client_requests_in_flight)", "{{client}} to {{broker}}")));

    private static GrafanaDashboard Runtime() => new(
        "streamsocial-streams", "StreamSocial: the runtime",
        new("Processing, share of a lane's time", "percentunit", new GrafanaQuery(
            $"sum by (messaging_destination_name) (rate(messaging_process_duration_seconds_sum{Rate}))", "{{messaging_destination_name}}"))
        {
            Description = "1 is one lane that is never idle, over all feed generators.",
        },
        new("Processing of one poll, p99", "s", new GrafanaQuery(
            $"histogram_quantile(0.99, sum by (le, messaging_destination_name) (rate(messaging_process_duration_seconds_bucket{Rate})))", "{{messaging_destination_name}}")),
        new("Checkpoints until durable, p99", "s", new GrafanaQuery($"histogram_quantile(0.99, sum by (le, topic) (rate(streamsocial_streams_checkpoint_duration_seconds_bucket{Rate})))", "{{topic}}")),
        new("Restores, p99", "s", new GrafanaQuery("histogram_quantile(0.99, sum by (le, from) (increase(streamsocial_streams_restore_duration_seconds_bucket[10m])))", "{{from}}")),
        new("Changes of assignments in 10 minutes", "short", new GrafanaQuery("sum by (kind) (increase(streamsocial_streams_rebalances_total[10m]))", "{{kind}}")),
        new("Partition-seconds restoring in 10 minutes", "s", new GrafanaQuery("sum by (topic) (increase(streamsocial_streams_restoring_time_seconds_total[10m]))", "{{topic}}")),
        new("Tasks", "short",
            new("sum(streamsocial_streams_tasks_assigned)", "assigned"),
            new("sum(streamsocial_streams_tasks_restoring)", "restoring"),
            new("sum(streamsocial_streams_tasks_failed)", "failed")),
        new("Audit", "short",
            new("sum(streamsocial_streams_entries_lost_total)", "lost"),
            new("sum(streamsocial_streams_entries_misordered_total)", "misordered"),
            new("sum(streamsocial_streams_entries_duplicates_dropped_total)", "repeats dropped")),
        new("Bytes written to changelogs for each byte consumed", "short", new GrafanaQuery("max by (instance) (streamsocial_streams_write_amplification)", "{{instance}}")),
        new("Records sent", "ops", new GrafanaQuery($"sum by (messaging_destination_name) (rate(messaging_client_sent_messages_total{Rate}))", "{{messaging_destination_name}}")));

    /// <summary>What a rule looks at, with its threshold.</summary>
    private static GrafanaPanel OfRule(string name, string title)
    {
        var rule = AlertRules.Find(name)!;
        return new(title, UnitOf(rule), new GrafanaQuery(rule.Query, LegendOf(rule)))
        {
            Description = $"{rule.Summary} {rule.Remedy} See {rule.Runbook}.",
            Threshold = rule.Threshold,
        };
    }

    private static string UnitOf(AlertRule rule) => rule.Unit == "s" ? "s" : "short";

    /// <summary>The labels by which the query tells its series apart.</summary>
    private static string LegendOf(AlertRule rule) => string.Join(
        ", ", new[] { "topic", "broker", "source", "kind", "disk" }.Where(label => rule.Query.Contains($"by ({label})", StringComparison.Ordinal)).Select(label => $"{{{{{label}}}}}")) is { Length: > 0 } labels
        ? labels
        : rule.Name;
}
