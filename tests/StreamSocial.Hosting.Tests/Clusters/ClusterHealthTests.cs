using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.Hosting.Kafka;
using StreamSocial.Hosting.Kafka.Embedded;

namespace StreamSocial.Hosting.Tests.Clusters;

/// <summary>A service that starts waits for a healthy cluster.</summary>
public sealed class ClusterHealthTests
{
    [Fact]
    public async Task CheckHealth_NotAllBrokersHaveComeYet_IsDegraded()
    {
        await using var running = EmbeddedKafkaCluster.Start();
        var (cluster, services) = Declare(running);
        await using var owned = services;
        DeclareAnother(cluster);
        Assert.Equal((HealthStatus.Degraded, "3 of 4 brokers are in the cluster."), await CheckAsync(services));
    }

    [Fact]
    public async Task CheckHealth_OneIsAwayLater_IsHealthyAndSaysHowManyAreThere()
    {
        await using var running = EmbeddedKafkaCluster.Start();
        var (cluster, services) = Declare(running);
        await using var owned = services;
        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(services));
        DeclareAnother(cluster);
        Assert.Equal((HealthStatus.Healthy, "3 of 4 brokers are in the cluster."), await CheckAsync(services));
    }

    private static (KafkaClusterResource Cluster, ServiceProvider Services) Declare(EmbeddedKafkaCluster running)
    {
        var builder = PublishedModel.CreateBuilder($"--ConnectionStrings:kafka={running.BootstrapServers}");
        var cluster = builder.AddKafkaCluster("kafka").Resource;
        return (cluster, builder.Services.BuildServiceProvider());
    }

    /// <summary>Embedded brokers name each other also while one is away: one more is declared than there are.</summary>
    private static void DeclareAnother(KafkaClusterResource cluster) =>
        cluster.SetBrokers([new KafkaBrokerResource("kafka-4", 4, "127.0.0.1:1", cluster)], cluster.ConnectionStringExpression);

    private static async Task<(HealthStatus, string?)> CheckAsync(ServiceProvider services)
    {
        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "kafka_brokers", TestContext.Current.CancellationToken);
        var entry = Assert.Single(report.Entries).Value;
        return (entry.Status, entry.Description);
    }
}
