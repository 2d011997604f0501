using System.Text.Json;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Cli.Benchmarks.Dashboard;

/// <summary>How to measure what viewers cost.</summary>
/// <param name="Viewers">Open streams of snapshots.</param>
/// <param name="Windows">Measured spans of time, each <see cref="DashboardBenchmark.Window"/> long.</param>
/// <param name="Limit">Most cores that the viewers may cost.</param>
/// <param name="Logs">Where the dashboards' output goes.</param>
internal sealed record DashboardBenchmarkOptions(int Viewers, int Windows, double Limit, DirectoryInfo Logs);

/// <summary>
/// Runs two dashboards of the full profile's made-up cluster beside each other, one with viewers and one without. What they do for themselves they both do, so the
/// difference of their CPU times is the viewers'.
/// </summary>
internal sealed class DashboardBenchmark(DashboardBenchmarkOptions options, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Length of a measured span.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>For code that is compiled and connections that are opened.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    /// <exception cref="ToolException">A dashboard does not start.</exception>
    /// <exception cref="NotHeldException">A dashboard ended, or a viewer was sent away.</exception>
    public async Task<DashboardBenchmarkReport> RunAsync(CancellationToken cancellationToken)
    {
        var program = await ProgramLocator.BuildAsync(ProgramLocator.Dashboard, console, cancellationToken);
        var ports = LoopbackPorts.ChooseFree(2);
        await using var idle = await StartAsync(program, ports[0], "idle", cancellationToken);
        await using var watched = await StartAsync(program, ports[1], "watched", cancellationToken);
        var cells = await CountCellsAsync(watched.Address, cancellationToken);
        await using var viewers = await DashboardViewers.OpenAsync(watched.Address, options.Viewers, cancellationToken);
        console.MarkupLineInterpolated($"{options.Viewers} viewers of {cells:N0} cells; {options.Windows} times {TextFormat.Seconds(Window)} after {TextFormat.Seconds(WarmUp)} to warm up");
        await Task.Delay(WarmUp, time, cancellationToken);

        var windows = new List<DashboardWindow>();
        while (windows.Count < options.Windows)
        {
            var started = time.GetTimestamp();
            var (idleBefore, watchedBefore, received) = (idle.ReadCpuSeconds(), watched.ReadCpuSeconds(), viewers.Received);
            await Task.Delay(Window, time, cancellationToken);
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            viewers.ThrowIfFailed();
            windows.Add(new DashboardWindow(
                (idle.ReadCpuSeconds() - idleBefore) / seconds,
                (watched.ReadCpuSeconds() - watchedBefore) / seconds,
                viewers.Received.Zip(received, (now, before) => (now - before) / seconds).Min()));
            console.MarkupLineInterpolated($"[grey]{windows.Count}[/] {windows[^1].Cost:0.000} of a core");
        }

        return new DashboardBenchmarkReport
        {
            Viewers = options.Viewers,
            Cells = cells,
            SnapshotBytes = viewers.LatestBytes,
            Windows = windows,
            Limit = options.Limit,
            IdleResidentBytes = idle.ReadResidentBytes(),
            WatchedResidentBytes = watched.ReadResidentBytes(),
            Hardware = Hardware.Describe(),
        };
    }

    private Task<ServerRun> StartAsync(FileInfo program, int port, string name, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{port}/");
        string[] command = [program.FullName, "--Dashboard:Demo=true", "--Dashboard:Interval=00:00:01", $"--urls={address}"];
        return ServerRun.StartAsync(command, address, "api/snapshot", new FileInfo(Path.Combine(options.Logs.FullName, $"bench-dashboard-{name}.log")), time, cancellationToken);
    }

    private static async Task<int> CountCellsAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var snapshot = JsonDocument.Parse(await http.GetStreamAsync(new Uri(address, "api/snapshot"), cancellationToken));
        return snapshot.RootElement.GetProperty("topics").EnumerateArray().Sum(topic => topic.GetProperty("lags").GetArrayLength());
    }
}
