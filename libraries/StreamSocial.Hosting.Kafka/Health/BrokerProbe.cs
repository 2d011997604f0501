using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StreamSocial.Hosting.Kafka.Health;

/// <summary>Asks one broker whether it serves. Thread-safe.</summary>
public sealed class BrokerProbe : IDisposable
{
    private readonly int _id;
    private readonly string _address;
    private readonly Lazy<IAdminClient> _admin;

    /// <param name="id">The broker's id in its cluster.</param>
    /// <param name="address">Where it listens, <c>host:port</c>.</param>
    public BrokerProbe(int id, string address)
    {
        (_id, _address) = (id, address);
        // What the client says of refused connections is ordinary while the broker starts.
        _admin = new(() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = address, ClientId = $"health-{id}", ReconnectBackoffMaxMs = 500 })
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build());
    }

    /// <summary>Why the broker does not serve; null when it answers a metadata request and the cluster knows it.</summary>
    public string? FindProblem(TimeSpan timeout)
    {
        try
        {
            var metadata = _admin.Value.GetMetadata("", timeout);
            return metadata.Brokers.Exists(broker => broker.BrokerId == _id)
                ? null
                : $"broker {_id} at {_address} answers, but is not yet in the cluster of {metadata.Brokers.Count}";
        }
        catch (KafkaException e)
        {
            return $"broker {_id} at {_address} does not answer: {e.Error.Reason}";
        }
    }

    public void Dispose()
    {
        if (_admin.IsValueCreated)
            _admin.Value.Dispose();
    }
}

/// <summary>Healthy when a broker answers a metadata request as a member of its cluster.</summary>
internal sealed class BrokerHealthCheck(BrokerProbe probe) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await Task.Run(() => probe.FindProblem(Timeout), cancellationToken) is { } problem
            ? HealthCheckResult.Unhealthy(problem)
            : HealthCheckResult.Healthy();

    public void Dispose() => probe.Dispose();
}

internal static class BrokerHealthCheckExtensions
{
    /// <summary>Makes a resource healthy when its broker serves.</summary>
    public static IResourceBuilder<T> WithBrokerHealthCheck<T>(this IResourceBuilder<T> resource, int id, string address)
        where T : IResource
    {
        var key = $"{resource.Resource.Name}_serves";
        // One probe for all checks: each is a client with threads of its own.
        resource.ApplicationBuilder.Services
            .AddKeyedSingleton(key, (_, _) => new BrokerHealthCheck(new BrokerProbe(id, address)))
            .AddHealthChecks().Add(new HealthCheckRegistration(key, services => services.GetRequiredKeyedService<BrokerHealthCheck>(key), null, null));
        return resource.WithHealthCheck(key);
    }
}
