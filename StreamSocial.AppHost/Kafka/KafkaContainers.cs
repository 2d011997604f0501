using System.Globalization;
using StreamSocial.Kafka.Processes;

namespace StreamSocial.AppHost.Kafka;

internal static class KafkaContainers
{
    private const int Nodes = 3;
    private const int InternalPort = 9092;
    private const int ControllerPort = 9093;
    private const int ClientPort = 19092;

    /// <summary>Adds three KRaft nodes as containers. They reach each other by resource name, clients reach them on loopback.</summary>
    public static (IResourceBuilder<IResourceWithConnectionString> Brokers, IReadOnlyList<IResourceBuilder<IResource>> Nodes) AddKafkaContainers(
        this IDistributedApplicationBuilder builder, KafkaSourceOptions options)
    {
        var clusterId = KraftConfiguration.ClusterId(Guid.NewGuid());
        var ports = LoopbackPorts.ChooseFree(Nodes);
        var nodes = ports.Select((port, index) => builder.AddNode(index + 1, port, clusterId, options.ImageTag)).ToArray();
        var bootstrapServers = string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));
        return (builder.AddConnectionString(KafkaExtensions.ConnectionName, ReferenceExpression.Create($"{bootstrapServers}")), nodes);
    }

    private static IResourceBuilder<IResource> AddNode(this IDistributedApplicationBuilder builder, int id, int port, string clusterId, string tag)
    {
        var node = builder.AddContainer(NameOf(id), "apache/kafka", tag)
            .WithEndpoint(port: port, targetPort: ClientPort, scheme: "tcp", name: "kafka", isProxied: false)
            .WithEnvironment("CLUSTER_ID", clusterId);
        var settings = KraftConfiguration.Shared(Nodes, Environment.ProcessorCount)
            .Add("node.id", id.ToString(CultureInfo.InvariantCulture))
            .Add("controller.quorum.voters", string.Join(',', Enumerable.Range(1, Nodes).Select(other => $"{other}@{NameOf(other)}:{ControllerPort}")))
            .Add("listeners", $"INTERNAL://:{InternalPort},CLIENT://:{ClientPort},CONTROLLER://:{ControllerPort}")
            .Add("advertised.listeners", $"INTERNAL://{NameOf(id)}:{InternalPort},CLIENT://127.0.0.1:{port}")
            .Add("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,CLIENT:PLAINTEXT")
            .Add("inter.broker.listener.name", "INTERNAL");
        foreach (var (setting, value) in settings)
            node.WithEnvironment(KraftConfiguration.EnvironmentName(setting), value);
        return node.WithBrokerHealthCheck(id, $"127.0.0.1:{port}");
    }

    private static string NameOf(int id) => $"kafka-{id}";
}
