using System.ComponentModel;
using System.Diagnostics;

namespace StreamSocial.Cli.Topology;

/// <summary>A process whose output goes to a file and which never outlives this one.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan ExitPoll = TimeSpan.FromMilliseconds(50);
    private readonly Process _process;
    private readonly FileInfo _logFile;
    private readonly StreamWriter _log;
    private readonly TimeSpan _stopTimeout;
    private readonly TimeProvider _time;
    private readonly Queue<string> _lastLines = [];

    private ChildProcess(Process process, FileInfo log, TimeSpan stopTimeout, TimeProvider time)
    {
        (_process, _logFile, _stopTimeout, _time) = (process, log, stopTimeout, time);
        _log = new StreamWriter(log.FullName) { AutoFlush = true };
        process.OutputDataReceived += (_, e) => Write(e.Data);
        process.ErrorDataReceived += (_, e) => Write(e.Data);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines it wrote, for an error message.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_lastLines)
                return [.. _lastLines];
        }
    }

    /// <summary>What it came to and wrote last, when it has ended though nobody asked it to.</summary>
    /// <param name="name">What to call it.</param>
    /// <exception cref="NotHeldException">It has ended.</exception>
    public void ThrowIfEnded(string name)
    {
        if (HasExited)
            throw new NotHeldException($"The {name} ended with {ExitCode}; its log is {_logFile.FullName}. It last wrote:\n{string.Join('\n', LastLines)}");
    }

    public static ChildProcess Start(ProcessStartInfo start, FileInfo log, TimeSpan stopTimeout, TimeProvider time)
    {
        log.Directory?.Create();
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        var child = new ChildProcess(new Process { StartInfo = start }, log, stopTimeout, time);
        Begin(child._process);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Starts a process.</summary>
    /// <exception cref="ToolException">There is no such program, or it does not start.</exception>
    public static void Begin(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new ToolException($"The command '{process.StartInfo.FileName}' does not start; is it in the path? {e.Message}", e);
        }
    }

    /// <summary>
    /// Asks it to end, waits, and at last kills it and everything below it. An orchestrator that watches it gets the same time to end with its processes. When this returns,
    /// nobody writes any more to files that one of them had open.
    /// </summary>
    public async Task StopAsync()
    {
        var processes = ProcessTree.Read();
        var (below, all) = (processes.DescendantsOf(Id), processes.TopologyOf(Id));
        if (!_process.HasExited)
        {
            Terminate();
            if (!await IsTrueWithinAsync(_stopTimeout, () => _process.HasExited))
            {
                _process.Kill(entireProcessTree: true);
                await IsTrueWithinAsync(_stopTimeout, () => _process.HasExited);
            }
        }

        Kill(below);
        if (await IsTrueWithinAsync(_stopTimeout, HaveEnded))
            return;
        Kill([.. all, .. ProcessTree.Read().TopologyOf(Id)]);
        await IsTrueWithinAsync(_stopTimeout, HaveEnded);

        bool HaveEnded() => !all.Any(ProcessTree.Read().Contains);
    }

    /// <summary>Ends it without warning, as if the machine had lost it.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Stops it if it runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        lock (_lastLines)
            _log.Dispose();
    }

    /// <summary>Kills those that are left, recognised by their start time: a number may have gone to another process since.</summary>
    private static void Kill(IReadOnlyList<ProcessSample> processes)
    {
        foreach (var left in processes.Where(ProcessTree.Read().Contains))
        {
            try
            {
                using var process = Process.GetProcessById(left.Pid);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // It ended by itself meanwhile.
            }
        }
    }

    /// <summary>Process.WaitForExitAsync would also wait for everyone who inherited the output, which may be just what is left behind.</summary>
    private async Task<bool> IsTrueWithinAsync(TimeSpan timeout, Func<bool> condition)
    {
        var start = _time.GetTimestamp();
        while (!condition())
        {
            if (_time.GetElapsedTime(start) > timeout)
                return false;
            await Task.Delay(ExitPoll, _time, CancellationToken.None);
        }

        return true;
    }

    private void Terminate()
    {
        if (OperatingSystem.IsWindows())
            _process.CloseMainWindow();
        else
            ProcessSignals.SendTerminate(Id);
    }

    private void Write(string? line)
    {
        const int KeptLines = 15;
        if (line is null)
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
                _lastLines.Dequeue();
            if (_log.BaseStream is { CanWrite: true })
                _log.WriteLine(line);
        }
    }
}
