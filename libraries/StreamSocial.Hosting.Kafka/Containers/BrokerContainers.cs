using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StreamSocial.Hosting.Kafka.Health;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Hosting.Kafka.Containers;

/// <summary>Brokers as containers, with Kafka UI beside them: three KRaft nodes, or Aspire's own single node.</summary>
internal static class BrokerContainers
{
    private const int Nodes = 3;
    private const int InternalPort = 9092;
    private const int ControllerPort = 9093;
    private const int ClientPort = 19092;
    private const string ClientEndpoint = "kafka";
    private const string UiName = "kafka-ui";
    private const string UiImage = "kafbat/kafka-ui";
    private const string UiTag = "v1.5.0";
    private const int UiPort = 8080;

    public static void AddBrokerContainers(this IResourceBuilder<KafkaClusterResource> cluster, KafkaClusterOptions options)
    {
        if (options.Nodes == 1)
            cluster.AddSingleNode();
        else
            cluster.AddThreeNodes(options.ImageTag);
    }

    private static void AddSingleNode(this IResourceBuilder<KafkaClusterResource> cluster)
    {
        var broker = cluster.ApplicationBuilder.AddKafka(cluster.Resource.BrokerName(1)).WithKafkaUI(ui => ui.WithParentRelationship(cluster), UiName)
            .WithParentRelationship(cluster);
        cluster.Resource.SetBrokers([broker.Resource], broker.Resource.ConnectionStringExpression);
    }

    private static void AddThreeNodes(this IResourceBuilder<KafkaClusterResource> cluster, string tag)
    {
        var clusterId = KraftConfiguration.ClusterId(Guid.NewGuid());
        // Published brokers get their ports where they run.
        int?[] ports = cluster.ApplicationBuilder.ExecutionContext.IsPublishMode ? new int?[Nodes] : [.. LoopbackPorts.ChooseFree(Nodes)];
        var nodes = ports.Select((port, index) => cluster.AddNode(index + 1, port, clusterId, tag)).ToArray();
        var addresses = new ReferenceExpressionBuilder();
        foreach (var node in nodes)
        {
            if (!addresses.IsEmpty)
                addresses.AppendLiteral(",");
            addresses.Append($"{node.GetEndpoint(ClientEndpoint).Property(EndpointProperty.HostAndPort)}");
        }

        cluster.Resource.SetBrokers(nodes.Select(node => node.Resource), addresses.Build());
        cluster.AddUi(nodes);
    }

    /// <summary>A node reaches the others by resource name; clients reach it at its endpoint, which is not proxied, because a broker tells its clients the address that they must use.</summary>
    private static IResourceBuilder<ContainerResource> AddNode(this IResourceBuilder<KafkaClusterResource> cluster, int id, int? port, string clusterId, string tag)
    {
        string NameOf(int node) => cluster.Resource.BrokerName(node);

        var node = cluster.ApplicationBuilder.AddContainer(NameOf(id), "apache/kafka", tag)
            .WithIconName("Database")
            .WithEndpoint(port: port, targetPort: ClientPort, scheme: "tcp", name: ClientEndpoint, isProxied: false)
            .WithParentRelationship(cluster)
            .WithEnvironment("CLUSTER_ID", clusterId);
        // As this machine's processes see it: in a container's own environment Aspire would name the address by which containers find each other.
        var client = node.GetEndpoint(ClientEndpoint, KnownNetworkIdentifiers.LocalhostNetwork).Property(EndpointProperty.HostAndPort);
        // Asked for at the start: the topics are declared after the brokers.
        node.WithEnvironment(context =>
        {
            var settings = KraftConfiguration.Shared(Nodes, Environment.ProcessorCount, cluster.Resource.Partitions)
                .Add("node.id", id.ToString(CultureInfo.InvariantCulture))
                .Add("controller.quorum.voters", string.Join(',', Enumerable.Range(1, Nodes).Select(other => $"{other}@{NameOf(other)}:{ControllerPort}")))
                .Add("listeners", $"INTERNAL://:{InternalPort},CLIENT://:{ClientPort},CONTROLLER://:{ControllerPort}")
                .Add("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,CLIENT:PLAINTEXT")
                .Add("inter.broker.listener.name", "INTERNAL");
            foreach (var (setting, value) in settings)
                context.EnvironmentVariables[KraftConfiguration.EnvironmentName(setting)] = value;
        });
        node.WithEnvironment(KraftConfiguration.EnvironmentName("advertised.listeners"), ReferenceExpression.Create($"INTERNAL://{NameOf(id)}:{InternalPort.ToString(CultureInfo.InvariantCulture)},CLIENT://{client}"));
        return port is null ? node : node.WithBrokerHealthCheck(id, $"localhost:{port}");
    }

    /// <summary>Aspire's own package adds its UI only to its own single-node resource.</summary>
    private static void AddUi(this IResourceBuilder<KafkaClusterResource> cluster, IEnumerable<IResourceBuilder<ContainerResource>> nodes) => cluster.ApplicationBuilder
        .AddResource(new KafkaUIContainerResource(UiName))
        .WithImage(UiImage, UiTag)
        .WithIconName("WindowDatabase")
        .WithHttpEndpoint(targetPort: UiPort)
        .WithEnvironment("KAFKA_CLUSTERS_0_NAME", cluster.Resource.Name)
        .WithEnvironment("KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS", string.Join(',', nodes.Select(node => $"{node.Resource.Name}:{InternalPort}")))
        .WithParentRelationship(cluster)
        .ExcludeFromManifest();
}
