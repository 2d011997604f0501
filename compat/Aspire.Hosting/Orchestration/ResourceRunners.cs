using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The runners of all resources that are processes.</summary>
internal sealed class ResourceRunners(DistributedApplicationModel model, IServiceProvider services, TimeProvider timeProvider) : IDisposable
{
    private readonly Lazy<IReadOnlyList<ResourceRunner>> _all = new(() =>
        [.. model.Resources.Where(r => r is ExecutableResource or ProjectResource).Select(r => new ResourceRunner(r, services, timeProvider))]);

    public IReadOnlyList<ResourceRunner> All => _all.Value;

    public void AddCommands()
    {
        foreach (var runner in All)
        {
            Add(runner, KnownResourceCommands.StartCommand, "Start", runner.RestartAsync);
            Add(runner, KnownResourceCommands.StopCommand, "Stop", runner.StopAsync);
            Add(runner, KnownResourceCommands.RestartCommand, "Restart", runner.RestartAsync);
        }
    }

    /// <summary>Those that nothing depends on first, what they depend on after them.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var depths = new Dictionary<IResource, int>();
        foreach (var level in All.GroupBy(r => DepthOf(r.Resource, depths)).OrderByDescending(l => l.Key))
            await Task.WhenAll(level.Select(r => r.StopAsync(cancellationToken)));
    }

    public void Dispose()
    {
        foreach (var runner in All)
            runner.Dispose();
    }

    private static void Add(ResourceRunner runner, string name, string displayName, Func<CancellationToken, Task> action) =>
        runner.Resource.Annotations.Add(new ResourceCommandAnnotation(name, displayName, async context =>
        {
            await action(context.CancellationToken);
            return CommandResults.Success();
        }));

    private static int DepthOf(IResource resource, Dictionary<IResource, int> depths)
    {
        if (depths.TryGetValue(resource, out var known))
            return known;

        // Set before the recursion, so that resources that wait for each other do not recurse for ever.
        depths[resource] = 0;
        return depths[resource] = resource.Annotations.OfType<WaitAnnotation>().Select(w => DepthOf(w.Resource, depths) + 1).DefaultIfEmpty(0).Max();
    }
}
