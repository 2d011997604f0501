using System.Diagnostics;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>A .NET program that serves HTTP in a process of its own, for a benchmark.</summary>
internal sealed class ServerRun : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess _process;
    private readonly FileInfo _log;

    private ServerRun(ChildProcess process, Uri address, FileInfo log) => (_process, Address, _log) = (process, address, log);

    public Uri Address { get; }

    /// <summary>Starts a program and waits until it is ready.</summary>
    /// <param name="command">The assembly and its arguments; it must listen on the address.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="readyPath">A path that is answered with success once it is ready.</param>
    /// <param name="log">Where its output goes.</param>
    /// <param name="time">Clock and delays.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ToolException">It was not ready in time.</exception>
    public static async Task<ServerRun> StartAsync(IEnumerable<string> command, Uri address, string readyPath, FileInfo log, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = new ServerRun(ChildProcess.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardInput = true }, log, StopTimeout, time), address, log);
        try
        {
            await run.WaitUntilReadyAsync(readyPath, time, cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <exception cref="NotHeldException">It has ended, or the system does not say.</exception>
    public double ReadCpuSeconds() => Read().CpuSeconds;

    /// <exception cref="NotHeldException">It has ended, or the system does not say.</exception>
    public long ReadResidentBytes() => Read().ResidentBytes;

    private ProcessSample Read() => ProcessTree.Read().Find(_process.Id)
        ?? throw new NotHeldException($"The server at {Address} has ended, or this system does not say what it uses{WhereToLook()}");

    private async Task WaitUntilReadyAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        var started = time.GetTimestamp();
        while (!await IsReadyAsync(http, path, cancellationToken))
        {
            if (_process.HasExited || time.GetElapsedTime(started) > StartTimeout)
                throw new ToolException($"The server at {Address} {(_process.HasExited ? "has ended" : $"is not ready after {StartTimeout.TotalSeconds:0} s")}{WhereToLook()}");
            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private string WhereToLook() => $"; its log is {_log.FullName}. It last wrote:\n{string.Join('\n', _process.LastLines)}";

    private static async Task<bool> IsReadyAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(path, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }
}
