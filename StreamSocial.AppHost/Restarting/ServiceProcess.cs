using System.Globalization;
using System.Runtime.InteropServices;

namespace StreamSocial.AppHost.Restarting;

/// <summary>
/// Ends a resource's process without the orchestrator, which kills it 6 s after it has asked: too short for a service that hands its partitions over, or waits for the
/// brokers to acknowledge what it has taken, on a busy machine, and too long for one that is to end with the application. Does nothing where a process cannot be signalled.
/// </summary>
/// <param name="resource">The resource.</param>
/// <param name="notifications">Knows its process.</param>
internal sealed partial class ServiceProcess(IResource resource, ResourceNotificationService notifications)
{
    private const string PidProperty = "executable.pid";
    private const int SigKill = 9;
    private const int SigTerm = 15;

    /// <summary>Longer than a feed generator's successors may need to be warm, its last checkpoints after that, and <c>Shutdown:Timeout</c>.</summary>
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(60);

    /// <summary>Asks it to end, and waits until it has or <see cref="GracePeriod"/> is over. After that the orchestrator ends it.</summary>
    public async Task EndGracefullyAsync(CancellationToken cancellationToken)
    {
        if (!TrySignal(SigTerm))
            return;
        try
        {
            await notifications.WaitForResourceAsync(resource.Name, change => !KnownServiceStates.IsUp(change.Snapshot.State?.Text), cancellationToken).WaitAsync(GracePeriod, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The orchestrator ends it.
        }
    }

    /// <summary>Ends it at once; false if there is none.</summary>
    public bool TryKill() => TrySignal(SigKill);

    /// <summary>
    /// Signals the process that runs. A snapshot keeps the id of one that has ended, which may be another's by now; what starts has no process of its own yet.
    /// </summary>
    private bool TrySignal(int signal) =>
        !OperatingSystem.IsWindows() && notifications.TryGetCurrentState(resource.Name, out var current) && current.Snapshot.State?.Text == KnownResourceStates.Running
        && PidOf(current.Snapshot) is { } pid && Kill(pid, signal) == 0;

    /// <summary>Id of the process that a snapshot is about; null if it has none.</summary>
    public static int? PidOf(CustomResourceSnapshot snapshot) =>
        int.TryParse(Convert.ToString(snapshot.Properties.FirstOrDefault(property => property.Name == PidProperty)?.Value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var pid) && pid > 0 ? pid : null;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
