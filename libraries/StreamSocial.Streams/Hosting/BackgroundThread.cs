using System.Runtime.InteropServices;

namespace StreamSocial.Streams.Hosting;

/// <summary>A thread for work that nobody waits for as much as for what already runs on the machine.</summary>
internal static class BackgroundThread
{
    /// <summary>Linux gives such a thread a third of what others get that want the same core.</summary>
    private const int Niceness = 5;

    private const int PriorityOfThread = 0;

    /// <summary>Runs something on a thread of its own with a lower priority.</summary>
    /// <returns>Completes when it has run, or failed.</returns>
    public static Task RunAsync(string name, Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            Lower();
            try
            {
                work();
                done.SetResult();
            }
#pragma warning disable CA1031 // Whoever waits for it is told.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        }) { Name = name, IsBackground = true, Priority = ThreadPriority.BelowNormal };
        thread.Start();
        return done.Task;
    }

    /// <summary>.NET does not pass a thread's priority on to Linux. It cannot be raised again, so the thread is used for nothing else.</summary>
    private static void Lower()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(PriorityOfThread, 0, Niceness);
    }

#pragma warning disable SYSLIB1054 // Nothing is marshalled.
    [DllImport("libc", EntryPoint = "setpriority"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, uint who, int priority);
#pragma warning restore SYSLIB1054
}
