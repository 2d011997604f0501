using System.Globalization;
using Spectre.Console;
using StreamSocial.Kafka.Cluster;

namespace StreamSocial.Cli.Output;

/// <summary>Shows the brokers, and the topics whose partitions lack something.</summary>
internal static class BrokerTables
{
    public static void Write(IAnsiConsole console, ClusterState cluster)
    {
        var brokers = new Table().AddColumns("Broker", "Address", "Status", "Leads", "Prefers", "Copies", "In sync");
        foreach (var broker in cluster.Brokers)
        {
            brokers.AddRow(
                $"{broker.Id}{(broker.Id == cluster.ControllerId ? " (controller)" : "")}",
                Markup.Escape(broker.Address ?? "unknown"),
                broker.Status == BrokerStatus.Running ? "running" : $"[red]{broker.Status.ToString().ToLowerInvariant()}[/]",
                Text(broker.Leaders), Text(broker.Preferred), Text(broker.Replicas), Text(broker.InSync));
        }
        console.Write(brokers);

        var partitions = cluster.Topics.Sum(topic => topic.Partitions);
        var lacking = cluster.Lacking.ToList();
        if (lacking.Count > 0)
        {
            var topics = new Table().AddColumns("Topic", "Partitions", "Copies", "min.insync", "Offline", "Under-replicated", "Below min.insync", "Not led as preferred");
            foreach (var topic in lacking)
            {
                topics.AddRow(
                    Markup.Escape(topic.Name), Text(topic.Partitions), Text(topic.ReplicationFactor), Text(topic.MinInSync),
                    Text(topic.Offline), Text(topic.UnderReplicated), Text(topic.UnderMinInSync), Text(topic.NotPreferred));
            }
            console.Write(topics);
        }
        console.MarkupLineInterpolated(
            $"{cluster.Topics.Length:N0} topics with {partitions:N0} partitions: {cluster.Offline:N0} offline, {cluster.UnderReplicated:N0} under-replicated, {BelowMinInSync(cluster)} below min.insync.replicas, {cluster.NotPreferred:N0} not led by their preferred leader.");
    }

    /// <summary>Where a topic's setting is unknown, the sum is a lower bound.</summary>
    private static string BelowMinInSync(ClusterState cluster) =>
        !cluster.Topics.Any(topic => topic.UnderMinInSync is null) ? Text(cluster.UnderMinInSync)
        : cluster.UnderMinInSync == 0 ? "unknown" : $"at least {Text(cluster.UnderMinInSync)}";

    private static string Text(int? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? "unknown";
}
