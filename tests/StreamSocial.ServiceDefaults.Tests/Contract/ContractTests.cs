using System.Net;
using Microsoft.Extensions.Logging;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.ServiceDefaults.Tests.Http;

namespace StreamSocial.ServiceDefaults.Tests.Contract;

/// <summary>
/// Every answer of every service is one that its document describes, whatever is asked: requests made of the documents' schemas, with valid, edge and invalid
/// values, against the services on an embedded cluster.
/// </summary>
public sealed class ContractTests : IAsyncLifetime
{
    private const string ControlToken = "token-of-the-contract-test";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly EmbeddedKafkaCluster _cluster = EmbeddedKafkaCluster.Start();
    private readonly LogCapture _log = new();

    public ValueTask InitializeAsync()
    {
        _cluster.CreateTopics(StreamSocialTopics.For(TopologyProfile.Small).Topics);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("ingest")]
    [InlineData("feeds")]
    [InlineData("autoscaler")]
    [InlineData("dashboard")]
    public async Task Answers_ToGeneratedRequests_AreAsDocumented(string service)
    {
        await using var autoscaler = service == "dashboard" ? await StartAsync("autoscaler") : null;
        await using var server = await StartAsync(service, $"--services:autoscaler:http:0={autoscaler?.Address}");
        await ContractCheck.RunAsync(server.Client, ControlToken);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("Exception", StringComparison.Ordinal));
    }

    private async Task<TestServer> StartAsync(string service, params string[] arguments)
    {
        var server = await ServiceParts.StartWholeAsync(
            service, builder => builder.Logging.ClearProviders().AddProvider(_log),
            [
                $"--ConnectionStrings:kafka={_cluster.BootstrapServers}", "--Kafka:Embedded=true", "--Topology:Profile=small", "--Autoscaler:DryRun=true",
                $"--Scale:Token={ControlToken}", "--Shutdown:Timeout=00:00:05", .. arguments,
            ]);
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var health = await server.Client.GetAsync("/health");
            if (health.StatusCode == HttpStatusCode.OK)
                return server;
            if (TimeProvider.System.GetElapsedTime(started) > StartTimeout)
                Assert.Fail($"{service} should be healthy within {StartTimeout.TotalSeconds:0} s; it answers {health.StatusCode}.");
            await Task.Delay(100);
        }
    }
}
