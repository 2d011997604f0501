using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Confluent.Kafka;

/// <summary>Healthy when a broker answers a request for metadata.</summary>
internal sealed class KafkaHealthCheck(ClientConfig config) : IHealthCheck, IDisposable
{
    /// <summary>Long, because brokers under load answer late.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Beginnings of the properties of every client that decide where and how it connects.</summary>
    private static readonly string[] Connecting =
    [
        "bootstrap.", "metadata.", "security.", "sasl.", "ssl.", "https.", "enable.ssl.", "enable.sasl.", "client.dns.", "broker.", "api.version.", "socket.", "connections.", "reconnect.", "plugin.",
    ];

    private readonly Lazy<IAdminClient> _client = new(() => new AdminClientBuilder(new AdminClientConfig(Copy(config)))
        // What the client says of refused connections is in the check's answer.
        .SetLogHandler((_, _) => { })
        .SetErrorHandler((_, _) => { })
        .Build());

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // The brokers only: all topics of a large cluster would be much for a probe.
            var metadata = await Task.Run(() => _client.Value.GetMetadata("", Timeout), cancellationToken);
            return metadata.Brokers.Count > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("No broker is known.");
        }
        catch (KafkaException e)
        {
            return HealthCheckResult.Unhealthy(e.Error.Reason);
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    /// <summary>What every client understands: an admin client warns about a producer's or a consumer's own settings.</summary>
    private static ClientConfig Copy(ClientConfig config) =>
        new(config.Where(property => Array.Exists(Connecting, beginning => property.Key.StartsWith(beginning, StringComparison.Ordinal))).ToDictionary());
}
