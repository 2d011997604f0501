using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states of all resources, and their changes.</summary>
public class ResourceNotificationService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private ImmutableList<Channel<ResourceEvent>> _watchers = [];

    /// <summary>Replaces a resource's snapshot by what <paramref name="stateFactory"/> makes of it.</summary>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_lock)
        {
            var next = new ResourceEvent(resource, resource.Name, stateFactory(CurrentOf_NeedsLock(resource)));
            _current[resource.Name] = next;
            // Written under the lock, so that every watcher sees the changes in the same order.
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(next);
        }

        return Task.CompletedTask;
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock)
            return _current.TryGetValue(resourceId, out resourceEvent);
    }

    /// <summary>The current state of every resource, then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Unbounded: a state that a waiting test or resource did not see would make it wait for ever, and there are few of them.
        var channel = Channel.CreateUnbounded<ResourceEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_lock)
        {
            foreach (var known in _current.Values)
                channel.Writer.TryWrite(known);

            _watchers = _watchers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            lock (_lock)
                _watchers = _watchers.Remove(channel);
        }
    }

    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var change in WatchAsync(cancellationToken))
            {
                if (string.Equals(change.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(change))
                    return change;
            }
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"Gave up waiting for the resource '{resourceName}', which {Describe(resourceName)}.", e, cancellationToken);
        }

        throw new InvalidOperationException("The watch of resources ended by itself.");
    }

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var reached = await WaitForResourceAsync(resourceName, e => e.Snapshot.State is { } state && states.Contains(state.Text), cancellationToken);
        return reached.Snapshot.State!.Text;
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, WaitBehavior.StopOnResourceUnavailable, cancellationToken);

    /// <summary>Waits until a resource is healthy.</summary>
    /// <exception cref="DistributedApplicationException">It ended or failed to start, and <paramref name="waitBehavior"/> says not to wait on.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var reached = await WaitForResourceAsync(
            resourceName,
            e => IsHealthy(e) || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && HasEnded(e)),
            cancellationToken);
        return IsHealthy(reached) ? reached : throw new DistributedApplicationException($"The resource '{resourceName}' {Describe(resourceName)}.");
    }

    /// <summary>Waits for everything that a resource is told to wait for.</summary>
    /// <exception cref="DistributedApplicationException">Something that it waits for ended, failed to start, or ended with the wrong exit code.</exception>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) => Task.WhenAll(resource.Annotations
        .OfType<WaitAnnotation>()
        .Where(wait => wait.Resource is not IResourceWithoutLifetime)
        .Select(wait => WaitForAsync(wait, cancellationToken)));

    internal string Describe(string resourceName)
    {
        if (!TryGetCurrentState(resourceName, out var current))
            return "is not known";

        var snapshot = current.Snapshot;
        var exit = snapshot.ExitCode is { } code ? $" with exit code {code}" : "";
        var health = snapshot.HealthStatus is { } status ? $" and {status}" : "";
        var reports = string.Join("; ", snapshot.HealthReports.Where(r => r.Status != HealthStatus.Healthy && r.Description is not null).Select(r => r.Description));
        return $"is {snapshot.State?.Text ?? "in no state"}{exit}{health}{(reports.Length > 0 ? $" ({reports})" : "")}";
    }

    private static bool IsHealthy(ResourceEvent change) => change.Snapshot.HealthStatus == HealthStatus.Healthy;

    private static bool HasEnded(ResourceEvent change) =>
        change.Snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    private static CustomResourceSnapshot Initial(IResource resource) =>
        resource.TryGetLastAnnotation<ResourceSnapshotAnnotation>(out var annotation)
            ? annotation.InitialSnapshot
            : new CustomResourceSnapshot { ResourceType = resource.GetType().Name.Replace("Resource", ""), Properties = [] };

    private async Task WaitForAsync(WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        if (wait.WaitType == WaitType.WaitUntilHealthy)
        {
            await WaitForResourceHealthyAsync(name, wait.WaitBehavior ?? WaitBehavior.StopOnResourceUnavailable, cancellationToken);
            return;
        }

        if (wait.WaitType == WaitType.WaitUntilStarted)
        {
            var started = await WaitForResourceAsync(name, [KnownResourceStates.Running, .. KnownResourceStates.TerminalStates], cancellationToken);
            if (started == KnownResourceStates.FailedToStart)
                throw new DistributedApplicationException($"The resource '{name}' {Describe(name)}.");

            return;
        }

        var ended = await WaitForResourceAsync(name, HasEnded, cancellationToken);
        if (ended.Snapshot.ExitCode != wait.ExitCode)
            throw new DistributedApplicationException($"The resource '{name}' {Describe(name)}; expected exit code {wait.ExitCode}.");
    }

    private CustomResourceSnapshot CurrentOf_NeedsLock(IResource resource) =>
        _current.TryGetValue(resource.Name, out var current) ? current.Snapshot : Initial(resource);
}
