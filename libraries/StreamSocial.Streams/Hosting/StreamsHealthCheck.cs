using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StreamSocial.Streams.Hosting;

/// <summary>Ready when the member is in the group and all that it was assigned is restored, and the tables are read.</summary>
internal sealed class StreamsHealthCheck(StreamsRuntime runtime, FatalErrors fatal) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        fatal.First is { } reason ? HealthCheckResult.Unhealthy("The runtime stopped.", reason)
        : !runtime.HasAssignment ? HealthCheckResult.Unhealthy("Joining the group.")
        : runtime.TableBehind is { } table ? HealthCheckResult.Unhealthy($"Reading table {table}.")
        : runtime.Restoring > 0 ? HealthCheckResult.Unhealthy($"Restoring {runtime.Restoring} partitions.")
        : HealthCheckResult.Healthy());
}
