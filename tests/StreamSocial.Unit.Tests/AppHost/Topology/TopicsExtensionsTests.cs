using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
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

    [Theory]
    [InlineData("Aspire:Confluent:Kafka:Producer:Config:SslKeyPem")]
    [InlineData("Aspire:Confluent:Kafka:Producer:Config:SaslOauthbearerClientSecret")]
    [InlineData("Aspire:Confluent:Kafka:Consumer:Config:SaslOauthbearerAssertionPrivateKeyPassphrase")]
    [InlineData("Kafka:Client:ssl.key.pem")]
    public async Task AddTopics_SecretsOfEitherKindOfName_AreMasked(string key)
    {
        var variables = await ReadEnvironmentAsync(AddTopics("--Kafka:Source=containers", $"--{key}=hidden"));
        Assert.True(Assert.IsType<ParameterResource>(variables[key.Replace(":", "__", StringComparison.Ordinal)]).Secret);
    }

    /// <summary>What Aspire allows is too short for some of .NET's names, and those differ at their ends only.</summary>
    [Fact]
    public async Task AddTopics_SecretsWithLongNames_AreTwo()
    {
        const string Prefix = "Aspire:Confluent:Kafka:Producer:Config:SaslOauthbearerAssertionPrivateKey";
        var variables = await ReadEnvironmentAsync(AddTopics("--Kafka:Source=containers", $"--{Prefix}Pem=key", $"--{Prefix}Passphrase=words"));
        var secrets = variables.Values.OfType<ParameterResource>().Select(secret => secret.Name).Distinct().ToArray();
        Assert.Equal(2, secrets.Length);
        Assert.All(secrets, name => Assert.True(name.Length <= 64, name));
    }

    /// <summary>One of several may only be away for a moment, and topics keep their copies.</summary>
    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "3")]
    [InlineData(2, "2", "--Kafka:ReplicationFactor=2")]
    public async Task AddTopics_FewerExternalBrokersThanCopies_AsksForThoseThatAreMeant(int named, string copies, params string[] args)
    {
        await using var cluster = EmbeddedKafkaCluster.Start(new EmbeddedKafkaOptions { Brokers = named });
        Assert.Equal(["topics", "create", "--replication-factor", copies], await ReadArgumentsAsync(AddTopics([$"--ConnectionStrings:kafka={cluster.BootstrapServers}", .. args])));
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
