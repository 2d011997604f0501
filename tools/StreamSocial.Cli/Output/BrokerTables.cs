using System.Globalization;
using Spectre.Console;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Jmx;

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
                broker.Status == BrokerStatus.Running ? "running" : $"[red]{Words(broker.Status)}[/]",
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
            $"{cluster.Topics.Length:N0} topics with {partitions:N0} partitions: {cluster.Offline:N0} offline, {cluster.UnderReplicated:N0} under-replicated, {BelowMinInSync(cluster)} below min.insync.replicas, {cluster.NotPreferred:N0} not led by their preferred leader. Controller: {cluster.ControllerId?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}.");
    }

    /// <summary>What the brokers say over JMX; nothing where there is nobody to ask.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<BrokerFigures> figures)
    {
        if (figures.Count == 0)
        {
            console.MarkupLine("What only JMX knows is unknown: no exporter is configured (Kafka__JmxAddresses__ID).");
            return;
        }
        var table = new Table().AddColumns("Broker", "Bytes in/s", "Bytes out/s", "Requests/s", "Produce p99 ms", "Fetch p99 ms", "Controllers", "ISR shrinks", "GC", "Log size", "Voters", "Quorum lag");
        foreach (var figure in figures)
        {
            table.AddRow(
                $"{figure.Broker}", Number(figure.BytesInPerSecond), Number(figure.BytesOutPerSecond), Number(figure.RequestsPerSecond), Number(figure.ProduceP99Ms), Number(figure.FetchP99Ms),
                Text(figure.ActiveControllers), Number(figure.IsrShrinks), TextFormat.Percent(figure.GcShare),
                figure.LogBytes is { } bytes ? TextFormat.MegaBytes(bytes) : "unknown", Text(figure.Voters), TextFormat.Count(figure.QuorumLag));
        }
        console.Write(table);
        foreach (var figure in figures.Where(figure => figure.Problem is not null))
            console.MarkupLineInterpolated($"[yellow]Broker {figure.Broker}[/]: {figure.Problem}.");
    }

    private static string Number(double? value) => value is { } known ? TextFormat.Number(known) : "unknown";

    /// <summary>Where a topic's setting is unknown, the sum is a lower bound.</summary>
    private static string BelowMinInSync(ClusterState cluster) =>
        !cluster.Topics.Any(topic => topic.UnderMinInSync is null) ? Text(cluster.UnderMinInSync)
        : cluster.UnderMinInSync == 0 ? "unknown" : $"at least {Text(cluster.UnderMinInSync)}";

    private static string Words(BrokerStatus status) => status == BrokerStatus.ShuttingDown ? "shutting down" : status.ToString().ToLowerInvariant();

    private static string Text(int? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? "unknown";
}
