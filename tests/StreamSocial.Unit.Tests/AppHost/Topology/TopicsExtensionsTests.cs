using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StreamSocial.AppHost.Startup;
using StreamSocial.AppHost.Topology;
using StreamSocial.Hosting.Kafka;
using StreamSocial.Hosting.Kafka.Embedded;

namespace StreamSocial.Unit.Tests.AppHost.Topology;

/// <summary>The run of the command line tool that creates the topics.</summary>
public sealed class TopicsExtensionsTests
{
    [Fact]
    public async Task AddTopics_ClientOptions_ReachItAndSecretsAreMasked()
    {
        var creation = AddTopics("--Kafka:Source=containers", "--Kafka:Client:sasl.username=streamsocial", "--Kafka:Client:sasl.password=hidden");
        var variables = await ReadEnvironmentAsync(creation);
        Assert.Equal("streamsocial", variables["Kafka__Client__sasl.username"]);
        Assert.True(Assert.IsType<ParameterResource>(variables["Kafka__Client__sasl.password"]).Secret);
    }

    [Fact]
    public async Task AddTopics_FewerExternalBrokersThanCopies_RefusesUnlessTheCopiesAreNamed()
    {
        await using var cluster = EmbeddedKafkaCluster.Start(new EmbeddedKafkaOptions { Brokers = 2 });
        var brokers = $"--ConnectionStrings:kafka={cluster.BootstrapServers}";
        var error = Assert.Throws<AppHostConfigurationException>(() => AddTopics(brokers));
        Assert.Contains("names 2 brokers", error.Message, StringComparison.Ordinal);
        Assert.Contains("Kafka:ReplicationFactor", error.Message, StringComparison.Ordinal);
        Assert.Equal(["topics", "create", "--replication-factor", "3"], await ReadArgumentsAsync(AddTopics(brokers, "--Kafka:ReplicationFactor=3")));
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("3", "3")]
    public async Task AddTopics_BrokersOfItsOwn_HaveACopyEach(string nodes, string copies) =>
        Assert.Equal(["topics", "create", "--replication-factor", copies], await ReadArgumentsAsync(AddTopics("--Kafka:Source=containers", $"--Kafka:Nodes={nodes}")));

    private static ProjectResource AddTopics(params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(
            new DistributedApplicationOptions { Args = ["--operation", "publish", "--publisher", "manifest", .. args], DisableDashboard = true });
        return builder.AddTopics(builder.AddKafkaCluster("kafka")).Creation!.Resource;
    }

    private static async Task<Dictionary<string, object>> ReadEnvironmentAsync(ProjectResource project)
    {
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish), project);
        foreach (var annotation in project.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);
        return context.EnvironmentVariables;
    }

    private static async Task<IList<object>> ReadArgumentsAsync(ProjectResource project)
    {
        var context = new CommandLineArgsCallbackContext([]);
        foreach (var annotation in project.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(context);
        return context.Args;
    }
}
