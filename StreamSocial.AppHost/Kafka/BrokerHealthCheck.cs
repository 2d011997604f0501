using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.Kafka.Processes;

namespace StreamSocial.AppHost.Kafka;

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
