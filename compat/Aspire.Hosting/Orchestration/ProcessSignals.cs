using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration;

internal static partial class ProcessSignals
{
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int ContinueOnMac = 19;

    /// <summary>Asks a process to end; one that is stopped is continued, so that it can.</summary>
    public static void RequestStop(int processId)
    {
        // A failure means that it has ended already, which is what was asked for.
        _ = Kill(processId, Terminate);
        _ = Kill(processId, OperatingSystem.IsMacOS() ? ContinueOnMac : Continue);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
