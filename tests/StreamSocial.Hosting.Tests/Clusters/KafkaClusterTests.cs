using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StreamSocial.Hosting.Kafka;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Hosting.Tests.Clusters;

/// <summary>The model of a cluster: one resource with its brokers as children, wherever they run.</summary>
public sealed class KafkaClusterTests
{
    [Fact]
    public void AddKafkaCluster_OneContainer_IsAspiresOwnKafkaWithItsUi()
    {
        var builder = PublishedModel.CreateBuilder("--Kafka:Source=containers", "--Kafka:Nodes=1");
        var cluster = builder.AddKafkaCluster("kafka").Resource;
        var broker = Assert.IsType<KafkaServerResource>(Assert.Single(cluster.Brokers));
        Assert.Equal(("kafka-1", broker.ConnectionStringExpression.ValueExpression), (broker.Name, cluster.ConnectionStringExpression.ValueExpression));
        AssertChild(cluster, broker);
        AssertChild(cluster, Assert.Single(builder.Resources.OfType<KafkaUIContainerResource>()));
    }

    [Fact]
    public void AddKafkaCluster_ThreeContainers_AreChildrenWithTheSameUi()
    {
        var builder = PublishedModel.CreateBuilder("--Kafka:Source=containers");
        var cluster = builder.AddKafkaCluster("kafka").Resource;
        Assert.Equal(["kafka-1", "kafka-2", "kafka-3"], cluster.Brokers.Select(broker => broker.Name));
        Assert.All(cluster.Brokers, broker => AssertChild(cluster, broker));
        AssertChild(cluster, Assert.Single(builder.Resources.OfType<KafkaUIContainerResource>()));
    }

    [Fact]
    public async Task Manifest_ThreeContainers_NamesOneQuorumAndEveryBrokersAddress()
    {
        var resources = await PublishedModel.PublishAsync(builder => builder.AddKafkaCluster("kafka"), "--Kafka:Source=containers");
        Assert.Equal(["kafka", "kafka-1", "kafka-2", "kafka-3"], resources.EnumerateObject().Select(resource => resource.Name));
        Assert.Equal(
            "{kafka-1.bindings.kafka.host}:{kafka-1.bindings.kafka.port},{kafka-2.bindings.kafka.host}:{kafka-2.bindings.kafka.port},{kafka-3.bindings.kafka.host}:{kafka-3.bindings.kafka.port}",
            resources.GetProperty("kafka").GetProperty("connectionString").GetString());
        var nodes = Enumerable.Range(1, 3).Select(id => resources.GetProperty($"kafka-{id}").GetProperty("env")).ToArray();
        Assert.Equal(["1", "2", "3"], nodes.Select(node => node.GetProperty("KAFKA_NODE_ID").GetString()));
        Assert.Single(nodes.Select(node => node.GetProperty("CLUSTER_ID").GetString()).Distinct());
        Assert.All(nodes, node => Assert.Equal("1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093", node.GetProperty("KAFKA_CONTROLLER_QUORUM_VOTERS").GetString()));
        Assert.Equal(
            "INTERNAL://kafka-2:9092,CLIENT://{kafka-2.bindings.kafka.host}:{kafka-2.bindings.kafka.port}", nodes[1].GetProperty("KAFKA_ADVERTISED_LISTENERS").GetString());
    }

    /// <summary>Clients are processes of this machine, and a broker tells them the address that they must use.</summary>
    [Fact]
    public async Task Run_ThreeContainers_AdvertiseTheirPortsOnThisMachine()
    {
        // Any program that succeeds passes for a container runtime that answers.
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--Kafka:Source=containers", "--ASPIRE_CONTAINER_RUNTIME=true"], DisableDashboard = true,
        });
        var cluster = builder.AddKafkaCluster("kafka").Resource;

        foreach (var node in cluster.Brokers.Cast<ContainerResource>())
        {
            var endpoint = Assert.Single(node.Annotations.OfType<EndpointAnnotation>());
            Allocate(endpoint, KnownNetworkIdentifiers.LocalhostNetwork, "localhost", endpoint.Port!.Value);
            Allocate(endpoint, KnownNetworkIdentifiers.DefaultAspireContainerNetwork, $"{node.Name}.dev.internal", endpoint.TargetPort!.Value);
            Assert.Equal($"INTERNAL://{node.Name}:9092,CLIENT://localhost:{endpoint.Port}", await ReadVariableAsync(node, "KAFKA_ADVERTISED_LISTENERS"));
        }
    }

    [Fact]
    public async Task Manifest_OneContainer_IsTheSingleNodeImage()
    {
        var resources = await PublishedModel.PublishAsync(builder => builder.AddKafkaCluster("kafka"), "--Kafka:Source=containers", "--Kafka:Nodes=1");
        Assert.Equal("{kafka-1.bindings.tcp.host}:{kafka-1.bindings.tcp.port}", resources.GetProperty("kafka").GetProperty("connectionString").GetString());
        Assert.Contains("confluentinc/confluent-local", resources.GetProperty("kafka-1").GetProperty("image").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddKafkaCluster_External_ShowsTheBrokersThatTheClusterNames()
    {
        await using var running = EmbeddedKafkaCluster.Start();
        var builder = PublishedModel.CreateBuilder($"--ConnectionStrings:events={running.BootstrapServers}");
        var cluster = builder.AddKafkaCluster("events").Resource;
        Assert.Equal((KafkaSource.External, running.BootstrapServers), (cluster.Source, cluster.ConnectionStringExpression.ValueExpression));
        Assert.Equal(["events-1", "events-2", "events-3"], cluster.Brokers.Select(broker => broker.Name));
        Assert.Equal(running.BootstrapServers.Split(','), cluster.Brokers.Cast<KafkaBrokerResource>().Select(broker => broker.Address));
        Assert.All(cluster.Brokers, broker => Assert.Empty(broker.Annotations.OfType<ResourceCommandAnnotation>()));
    }

    [Theory]
    [InlineData("--Kafka:Nodes=2", "Kafka:Nodes is 2: use 1 for a single broker or 3 for a cluster.")]
    [InlineData("--Kafka:FirstPort=70000", "Kafka:FirstPort is 70000")]
    [InlineData("--Kafka:ExternalTimeout=00:10:00", "Kafka:ExternalTimeout is 00:10:00")]
    [InlineData("--Kafka:Nodes=many", "Kafka:Nodes")]
    [InlineData("--ConnectionStrings:kafka=127.0.0.1:1", "does not answer within 1 s")]
    [InlineData("--ConnectionStrings:kafka=127.0.0.1:1 --Kafka:Client:security.protocol=SASL-SSL", "SASL-SSL")]
    [InlineData("--Kafka:Client:acks=1", "Kafka:Client:acks cannot be set")]
    [InlineData("--Kafka:Client:security.protokol=SSL", "security.protokol")]
    [InlineData("--Kafka:Client:security.protocol=SASL-SSL", "SASL-SSL")]
    [InlineData("--Kafka:Client:max.in.flight=10", "`max.in.flight`")]
    [InlineData("--Kafka:Client:socket.timeout.ms=60000", "`socket.timeout.ms`")]
    [InlineData("--Kafka:StatisticsInterval=15s", "Kafka:StatisticsInterval")]
    [InlineData(
        "--Kafka:Client:security.protocol=SASL_SSL --Kafka:Client:sasl.mechanism=SCRAM-SHA-512 --Kafka:Client:sasl.username=a --Kafka:Client:sasl.password=b",
        "is SASL_SSL, but the brokers that the AppHost starts speak PLAINTEXT: set ConnectionStrings:kafka, or remove it.")]
    [InlineData("--Aspire:Confluent:Kafka:Consumer:Config:SecurityProtocol=Ssl", "is ssl, but the brokers that the AppHost starts speak PLAINTEXT")]
    public void AddKafkaCluster_CannotBeHad_SaysWhatToDo(string settings, string expected) => Assert.Contains(
        expected,
        Assert.Throws<KafkaSourceException>(() => PublishedModel.CreateBuilder(["--Kafka:ExternalTimeout=00:00:01", .. settings.Split(' ')]).AddKafkaCluster("kafka")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void AddKafkaCluster_ClientsSpeakPlaintext_IsTaken() =>
        Assert.Equal(3, PublishedModel.CreateBuilder("--Kafka:Client:security.protocol=PLAINTEXT").AddKafkaCluster("kafka").Resource.Brokers.Count);

    /// <summary>Embedded brokers have neither idempotent producers nor transactions.</summary>
    [Theory]
    [InlineData("--Kafka:Client:max.in.flight=10")]
    [InlineData("--Kafka:Client:socket.timeout.ms=60000")]
    public void AddKafkaCluster_EmbeddedBrokers_TakeWhatOnlyOthersRefuse(string setting) =>
        Assert.Equal(KafkaSource.Embedded, DistributedApplication.CreateBuilder(["--Kafka:Source=embedded", setting]).AddKafkaCluster("kafka").Resource.Source);

    /// <summary>The exporters have ports behind those of the brokers.</summary>
    [Fact]
    public void AddKafkaCluster_TooFewPortsForTheExporters_SaysWhatToDo()
    {
        var home = Directory.CreateTempSubdirectory("kafka-");
        File.WriteAllText(Path.Combine(home.CreateSubdirectory("agents").FullName, "jmx_prometheus_javaagent-1.0.0.jar"), "");
        var builder = PublishedModel.CreateBuilder(
            "--Kafka:Source=process", $"--KAFKA_HOME={home.FullName}", $"--Kafka:DataDirectory={home.FullName}", "--Kafka:Jmx=true", "--Kafka:FirstPort=65530");
        Assert.Equal(
            "Kafka:FirstPort is 65530, and 9 ports in a row are needed: use 0 for free ports, or 1 to 65527.",
            Assert.Throws<KafkaSourceException>(() => builder.AddKafkaCluster("kafka")).Message);
        home.Delete(recursive: true);
    }

    private static void Allocate(EndpointAnnotation endpoint, NetworkIdentifier network, string host, int port) => endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(
        network, new AllocatedEndpoint(endpoint, host, port, EndpointBindingMode.SingleAddress, targetPortExpression: null, network));

    /// <summary>An environment variable as the orchestrator gives it to a container.</summary>
    private static async Task<string?> ReadVariableAsync(ContainerResource container, string name)
    {
        var context = new EnvironmentCallbackContext(
            new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), container, cancellationToken: TestContext.Current.CancellationToken);
        foreach (var environment in container.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await environment.Callback(context);
        return await Assert.IsType<IValueProvider>(context.EnvironmentVariables[name], exactMatch: false)
            .GetValueAsync(new ValueProviderContext { Caller = container }, TestContext.Current.CancellationToken);
    }

    private static void AssertChild(KafkaClusterResource cluster, IResource child) => Assert.Contains(
        child.Annotations.OfType<ResourceRelationshipAnnotation>(), relation => relation.Type == "Parent" && relation.Resource == cluster);
}
