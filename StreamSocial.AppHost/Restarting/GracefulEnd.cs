using System.Globalization;
using System.Runtime.InteropServices;

namespace StreamSocial.AppHost.Restarting;

/// <summary>
/// Asks a process to end and gives it the time to do so. The orchestrator kills a process 6 s after it has asked, which is too short for a feed generator that
/// hands its partitions over on a busy machine.
/// </summary>
internal static partial class GracefulEnd
{
    private const string PidProperty = "executable.pid";
    private const int SigTerm = 15;

    /// <summary>Longer than <c>Shutdown:Timeout</c>, after which a service ends anyway.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>Asks the process of a resource to end, and waits until it has or the time is over. Leaves all to the orchestrator where a process cannot be asked.</summary>
    public static async Task AwaitAsync(IResource resource, ResourceNotificationService notifications, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || !notifications.TryGetCurrentState(resource.Name, out var current) || PidOf(current.Snapshot) is not { } pid || Kill(pid, SigTerm) != 0)
            return;
        try
        {
            await notifications.WaitForResourceAsync(resource.Name, change => !KnownServiceStates.IsUp(change.Snapshot.State?.Text), cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The orchestrator ends it.
        }
    }

    private static int? PidOf(CustomResourceSnapshot snapshot) =>
        int.TryParse(Convert.ToString(snapshot.Properties.FirstOrDefault(property => property.Name == PidProperty)?.Value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var pid) ? pid : null;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
