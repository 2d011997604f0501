using System.Runtime.InteropServices;

namespace StreamSocial.Streams.Hosting;

/// <summary>A thread for work that nobody waits for as much as for what already runs on the machine.</summary>
internal static class LowPriorityThread
{
    /// <summary>Linux gives such a thread a third of what others get that want the same core.</summary>
    private const int Niceness = 5;

    private const int PriorityOfThread = 0;

    /// <summary>Runs something on such a thread of its own.</summary>
    /// <returns>Completes when it has run, or failed.</returns>
    public static Task RunAsync(string name, Action work)
    {
        // Who waits for it shall not go on with that priority.
        var running = new Task(() => RunLowered(work), TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(running.RunSynchronously) { Name = name, IsBackground = true, Priority = ThreadPriority.BelowNormal }.Start();
        return running;
    }

    /// <summary>.NET does not pass a thread's priority on to Linux. It cannot be raised again, so the thread is used for nothing else.</summary>
    private static void RunLowered(Action work)
    {
        // Where that is refused, it runs as everything else does.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(PriorityOfThread, 0, Niceness);
        work();
    }

#pragma warning disable SYSLIB1054 // Nothing is marshalled.
    [DllImport("libc", EntryPoint = "setpriority"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, uint who, int priority);
#pragma warning restore SYSLIB1054
}
