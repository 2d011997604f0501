using System.Diagnostics;
using System.Net;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Benchmarks.Dashboard;

/// <summary>A dashboard in a process of its own, which shows the full profile's made-up cluster once a second.</summary>
internal sealed class DashboardRun : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess _process;
    private readonly FileInfo _log;

    private DashboardRun(ChildProcess process, Uri address, FileInfo log) => (_process, Address, _log) = (process, address, log);

    public Uri Address { get; }

    /// <summary>Starts one and waits for its first snapshot.</summary>
    /// <exception cref="ToolException">There was none in time.</exception>
    public static async Task<DashboardRun> StartAsync(FileInfo program, int port, DirectoryInfo logs, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{port}/");
        var log = new FileInfo(Path.Combine(logs.FullName, $"bench-dashboard-{port}.log"));
        var start = new ProcessStartInfo("dotnet", [program.FullName, "--Dashboard:Demo=true", "--Dashboard:Interval=00:00:01", $"--urls={address}"]) { WorkingDirectory = program.DirectoryName };
        var run = new DashboardRun(ChildProcess.Start(start, log, StopTimeout, time), address, log);
        try
        {
            await run.WaitForSnapshotAsync(time, cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    public double ReadCpuSeconds() => Read().CpuSeconds;

    public long ReadResidentBytes() => Read().ResidentBytes;

    private ProcessSample Read() => ProcessTree.Read().Find(_process.Id)
        ?? throw new NotHeldException($"A dashboard has ended, or this system does not say what it uses; its log is {_log.FullName}. It last wrote:\n{string.Join('\n', _process.LastLines)}");

    private async Task WaitForSnapshotAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        var started = time.GetTimestamp();
        while (!await HasSnapshotAsync(http, cancellationToken))
        {
            if (_process.HasExited || time.GetElapsedTime(started) > StartTimeout)
                throw new ToolException($"The dashboard {(_process.HasExited ? "has ended" : "has no snapshot in time")}; its log is {_log.FullName}. It last wrote:\n{string.Join('\n', _process.LastLines)}");
            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private static async Task<bool> HasSnapshotAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync("api/snapshot", cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }
}
