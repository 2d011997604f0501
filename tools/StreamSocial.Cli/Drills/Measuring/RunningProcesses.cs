using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Which resource ran as which process at one moment.</summary>
/// <param name="Ids">Process ids by the names of the resources.</param>
internal sealed record RunningProcesses(IReadOnlyDictionary<string, int> Ids)
{
    /// <exception cref="NotHeldException">The AppHost has ended or does not answer.</exception>
    public static async Task<RunningProcesses> ReadAsync(TopologyRunner topology, CancellationToken cancellationToken) => new(
        (await topology.ReadResourcesAsync(cancellationToken)).Where(resource => resource is { IsRunning: true, Pid: not null }).ToDictionary(resource => resource.Name, resource => resource.Pid!.Value));

    /// <summary>Resources whose process had ended at a later moment, whether it was started again or not.</summary>
    public IReadOnlyList<string> EndedBefore(RunningProcesses later) =>
        [.. Ids.Where(process => !later.Ids.TryGetValue(process.Key, out var id) || id != process.Value).Select(process => process.Key).Order(StringComparer.Ordinal)];
}
