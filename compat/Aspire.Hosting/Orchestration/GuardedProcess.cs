using System.Diagnostics;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// A child process that does not outlive this one, however this one ends.
/// </summary>
/// <remarks>
/// A small shell starts a guard in the background and then becomes the child itself (<c>exec</c>: same process id). The guard reads from a pipe whose other
/// end only this process holds. A line says that the child has ended by itself; the end of the pipe without a line says that this process is gone, whatever
/// killed it: then the guard sends SIGTERM and five seconds later SIGKILL. The kernel's parent-death signal is no substitute: it follows the thread that
/// started the child, not the process, and threads of the pool end. Where <c>setsid</c> exists the child has a session of its own, so that Ctrl-C reaches
/// the AppHost alone, which then stops its resources in order.
/// </remarks>
internal sealed class GuardedProcess : IDisposable
{
    private const string Script = """
        exec 3<&0 </dev/null
        trap '' INT QUIT HUP
        (
          trap '' TERM
          read -r _ <&3 && exit 0
          kill -TERM $$; kill -CONT $$
          i=0
          while kill -0 $$ && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
          kill -KILL $$
        ) >/dev/null 2>&1 &
        if command -v setsid >/dev/null 2>&1; then exec setsid "$@" 3<&-; fi
        exec "$@" 3<&-
        """;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TimeProvider _timeProvider;
    private readonly Task _output;

    private GuardedProcess(Process process, Action<string, bool> onLine, TimeProvider timeProvider)
    {
        _process = process;
        _timeProvider = timeProvider;
        Id = process.Id;
        _output = Task.WhenAll(ReadAsync(process.StandardOutput, onLine, isError: false), ReadAsync(process.StandardError, onLine, isError: true));
        Completion = CompleteAsync();
    }

    public int Id { get; }

    /// <summary>Ends with the exit code once the process has ended and its output is read.</summary>
    public Task<int> Completion { get; }

    public static GuardedProcess Start(ProcessSpecification specification, Action<string, bool> onLine, TimeProvider timeProvider)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = specification.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        start.ArgumentList.Add("resource");
        start.ArgumentList.Add(specification.Command);
        foreach (var argument in specification.Arguments)
            start.ArgumentList.Add(argument);

        foreach (var name in specification.RemovedVariables)
            start.Environment.Remove(name);

        foreach (var (name, value) in specification.Environment)
            start.Environment[name] = value;

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{specification.Command} did not start.");
        return new GuardedProcess(process, onLine, timeProvider);
    }

    /// <summary>SIGTERM, then after <paramref name="grace"/>, or when cancelled, SIGKILL to the process and its children.</summary>
    public async Task<int> StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        ProcessSignals.RequestStop(Id);
        try
        {
            return await Completion.WaitAsync(grace, _timeProvider, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException || cancellationToken.IsCancellationRequested)
        {
            Kill();
            return await Completion;
        }
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended between the decision and the signal.
        }
    }

    public void Dispose()
    {
        if (!Completion.IsCompleted)
            Kill();

        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, Action<string, bool> onLine, bool isError)
    {
        while (await reader.ReadLineAsync() is { } line)
            onLine(line, isError);
    }

    private async Task<int> CompleteAsync()
    {
        await _process.WaitForExitAsync();
        var exitCode = _process.ExitCode;
        await ReleaseGuardAsync();
        // A grandchild that lives on may hold the output open.
        await Task.WhenAny(_output, Task.Delay(DrainTimeout, _timeProvider));
        return exitCode;
    }

    private async Task ReleaseGuardAsync()
    {
        try
        {
            await _process.StandardInput.WriteLineAsync("ended");
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The guard was killed together with the child: nobody reads any more, and there is nothing left to guard.
        }
    }
}
