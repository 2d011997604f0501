using StreamSocial.Control;
using System.Runtime.InteropServices;

namespace StreamSocial.Cli.Topology;

/// <summary>The processes of a resource, for drills that kill and freeze them.</summary>
/// <remarks>
/// A resource's process may have a small shell below it, which guards it, and may itself be a launcher with the program below. The shells
/// are left alone; the rest share their fate.
/// </remarks>
internal sealed class ResourceProcess(string name, IReadOnlyList<ProcessSample> processes)
{
    private const string Shell = "sh";

    public string Name => name;

    /// <exception cref="ToolException">The resource does not run.</exception>
    public static ResourceProcess Of(ResourceDocument resource)
    {
        var tree = ProcessTree.Read();
        if (resource.Pid is not { } pid || tree.Find(pid) is not { } root)
            throw new ToolException($"{resource.Name} has no process ({resource.State ?? "not started"}), or this system does not show processes below /proc, which a drill needs.");
        return new ResourceProcess(resource.Name, [root, .. tree.DescendantsOf(pid).Where(process => ProcessKind.Of(ProcessTree.ReadCommandLine(process.Pid)) != Shell)]);
    }

    public bool IsAlive => processes.Any(ProcessTree.Read().Contains);

    public void Kill() => ForEachAlive(ProcessSignals.SendKill);

    public void Freeze() => ForEachAlive(ProcessSignals.SendStop);

    public void Continue() => ForEachAlive(ProcessSignals.SendContinue);

    /// <summary>A number may have gone to another process since: only the very same ones are signalled.</summary>
    private void ForEachAlive(Action<int> signal)
    {
        var alive = ProcessTree.Read();
        foreach (var process in processes.Where(alive.Contains))
            signal(process.Pid);
    }
}

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
