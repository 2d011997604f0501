using System.Runtime.InteropServices;

namespace StreamSocial.Cli.Topology;

/// <summary>Signals to processes. Not on Windows, which has none.</summary>
internal static partial class ProcessSignals
{
    private const int Kill = 9;
    private const int Terminate = 15;

    /// <summary>Asks a process to end. That it has ended already is what was asked for.</summary>
    public static void SendTerminate(int pid) => _ = Send(pid, Terminate);

    /// <summary>Ends a process without warning.</summary>
    public static void SendKill(int pid) => _ = Send(pid, Kill);

    /// <summary>Freezes a process until it is continued.</summary>
    public static void SendStop(int pid) => _ = Send(pid, OperatingSystem.IsMacOS() ? 17 : 19);

    /// <summary>Continues a frozen process.</summary>
    public static void SendContinue(int pid) => _ = Send(pid, OperatingSystem.IsMacOS() ? 19 : 18);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int pid, int signal);
}
