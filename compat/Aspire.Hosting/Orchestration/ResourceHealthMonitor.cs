using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs the health checks of each resource while it runs: often until it is healthy, then now and again.</summary>
internal sealed class ResourceHealthMonitor(
    ResourceNotificationService notifications,
    HealthCheckService healthChecks,
    IDistributedApplicationEventing eventing,
    IServiceProvider services,
    TimeProvider timeProvider) : BackgroundService
{
    private static readonly TimeSpan StartingInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan HealthyInterval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watched = new Dictionary<string, (Task Loop, CancellationTokenSource Stop)>();
        try
        {
            await foreach (var change in notifications.WatchAsync(stoppingToken))
            {
                var runs = change.Snapshot.State?.Text == KnownResourceStates.Running;
                if (runs && !watched.ContainsKey(change.ResourceId))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    watched[change.ResourceId] = (WatchAsync(change.Resource, stop.Token), stop);
                }
                else if (!runs && watched.Remove(change.ResourceId, out var watch))
                {
                    await EndAsync(watch);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            foreach (var watch in watched.Values)
                await EndAsync(watch);
        }
    }

    private static async Task EndAsync((Task Loop, CancellationTokenSource Stop) watch)
    {
        await watch.Stop.CancelAsync();
        await watch.Loop;
        watch.Stop.Dispose();
    }

    private async Task WatchAsync(IResource resource, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(h => h.Key).ToHashSet();
        var ready = false;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var healthy = keys.Count == 0 || await CheckAsync(resource, keys, cancellationToken);
                if (healthy && !ready)
                {
                    ready = true;
                    await eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
                }

                if (keys.Count == 0)
                    return;

                await Task.Delay(healthy ? HealthyInterval : StartingInterval, timeProvider, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The resource does not run any more.
        }
    }

    private async Task<bool> CheckAsync(IResource resource, HashSet<string> keys, CancellationToken cancellationToken)
    {
        var report = await healthChecks.CheckHealthAsync(check => keys.Contains(check.Name), cancellationToken);
        var reports = report.Entries
            .Select(e => new HealthReportSnapshot(e.Key, e.Value.Status, e.Value.Description ?? e.Value.Exception?.Message, e.Value.Exception?.ToString()))
            .ToArray();
        if (notifications.TryGetCurrentState(resource.Name, out var current) && current.Snapshot.HealthReports.SequenceEqual(reports))
            return report.Status == HealthStatus.Healthy;

        // It may have ended during the check; then this result is about a process that is gone.
        await notifications.PublishUpdateAsync(resource, snapshot =>
            snapshot.State?.Text == KnownResourceStates.Running ? snapshot with { HealthReports = [.. reports] } : snapshot);
        return report.Status == HealthStatus.Healthy;
    }
}
