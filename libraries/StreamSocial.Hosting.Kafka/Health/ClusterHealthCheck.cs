using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.Kafka;

namespace StreamSocial.Hosting.Kafka.Health;

/// <summary>
/// Degraded until the cluster has named as many brokers as were declared, and healthy from then on: it goes on without one of them, and a service that starts again
/// waits for a healthy cluster. How many are there is in the description. Unhealthy when none answers.
/// </summary>
internal sealed class ClusterHealthCheck(KafkaClusterResource cluster, KafkaOptions clients) : IHealthCheck, IDisposable
{
    /// <summary>Long, because a service that starts again waits until the cluster is healthy, and brokers under load answer late.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private IAdminClient? _admin;
    private bool _wasWhole;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var admin = _admin ??= await ConnectAsync(cancellationToken);
            var brokers = (await Task.Run(() => admin.GetMetadata("", Timeout), cancellationToken)).Brokers;
            var isWhole = brokers.Count >= cluster.Brokers.Count;
            _wasWhole |= isWhole;
            var description = isWhole ? null : $"{brokers.Count} of {cluster.Brokers.Count} brokers are in the cluster.";
            return _wasWhole ? HealthCheckResult.Healthy(description) : HealthCheckResult.Degraded(description);
        }
        catch (KafkaException e)
        {
            return HealthCheckResult.Unhealthy($"No broker answers: {e.Error.Reason}");
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _admin?.Dispose();
        _one.Dispose();
    }

    private async Task<IAdminClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var brokers = await cluster.ConnectionStringExpression.GetValueAsync(cancellationToken)
            ?? throw new InvalidOperationException($"The cluster '{cluster.Name}' has no connection string.");
        var config = new KafkaClientSettings(brokers, clients).CreateAdminConfig("apphost-health");
        // Everything waits for this client to see the brokers come.
        config.ReconnectBackoffMaxMs = 500;
        // What the client says of refused connections is ordinary while the brokers start.
        return new AdminClientBuilder(config)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();
    }
}

internal static class ClusterHealthCheckExtensions
{
    public static IResourceBuilder<KafkaClusterResource> WithClusterHealthCheck(this IResourceBuilder<KafkaClusterResource> cluster, KafkaOptions clients)
    {
        var key = $"{cluster.Resource.Name}_brokers";
        var builder = cluster.ApplicationBuilder;
        builder.Services
            .AddKeyedSingleton(key, (_, _) => new ClusterHealthCheck(cluster.Resource, clients))
            .AddHealthChecks().Add(new HealthCheckRegistration(key, services => services.GetRequiredKeyedService<ClusterHealthCheck>(key), null, null));
        return cluster.WithHealthCheck(key);
    }
}
