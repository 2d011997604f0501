using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StreamSocial.AppHost.Topology;
using StreamSocial.Hosting.Kafka;

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
}
