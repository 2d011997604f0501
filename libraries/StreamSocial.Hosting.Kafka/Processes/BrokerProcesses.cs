using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StreamSocial.Hosting.Kafka.Health;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>Three KRaft nodes as Java processes, which the orchestrator starts and stops.</summary>
internal static class BrokerProcesses
{
    /// <exception cref="KafkaSourceException">A port is in use, or the data directory is, or cannot be written to.</exception>
    public static void AddBrokerProcesses(this IResourceBuilder<KafkaClusterResource> cluster, string kafkaHome, KafkaClusterOptions options)
    {
        var builder = cluster.ApplicationBuilder;
        var directory = KafkaRunDirectory.Choose(builder.AppHostDirectory, options.DataDirectory);
        var layout = KraftClusterLayout.Create(kafkaHome, directory.Path, options.FirstPort, withJmx: options.Jmx);
        builder.OwnUntilTheEnd(directory);
        builder.OnBeforeStart((_, cancellationToken) => layout.PrepareAsync(cluster.Resource.Partitions, cancellationToken));

        List<string> javaOptions = [.. options.HeapOptions.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        if (!directory.IsKept)
            javaOptions.Add(KraftClusterLayout.EndAtOnce);
        var nodes = layout.Nodes.Select(node => cluster.AddNode(layout, node, javaOptions)).ToArray();
        foreach (var node in layout.Nodes.Where(node => node.JmxAddress is not null))
            cluster.Resource.JmxAddresses[node.Id] = node.JmxAddress!;
        cluster.Resource.SetBrokers(nodes.Select(node => node.Resource), ReferenceExpression.Create($"{layout.BootstrapServers}"));
    }

    private static IResourceBuilder<ExecutableResource> AddNode(
        this IResourceBuilder<KafkaClusterResource> cluster, KraftClusterLayout layout, KraftNode node, IEnumerable<string> javaOptions) => cluster.ApplicationBuilder
        .AddExecutable(
            cluster.Resource.BrokerName(node.Id), JavaRuntime.Executable, cluster.ApplicationBuilder.AppHostDirectory, [.. layout.StartArguments(node, javaOptions)])
        .WithIconName("Database")
        // Not proxied: a broker tells its clients the address that they must use.
        .WithEndpoint(port: node.BrokerPort, targetPort: node.BrokerPort, scheme: "tcp", name: "kafka", isProxied: false)
        .WithBrokerHealthCheck(node.Id, node.Address)
        .WithParentRelationship(cluster)
        .ExcludeFromManifest();
}
