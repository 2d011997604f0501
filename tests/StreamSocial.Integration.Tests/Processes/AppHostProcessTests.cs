using System.Globalization;
using System.Text.Json;
using StreamSocial.Integration.Tests.Topology;

namespace StreamSocial.Integration.Tests.Processes;

/// <summary>The AppHost as a process of its own: whatever ends it, nothing that it started stays behind.</summary>
public sealed class AppHostProcessTests
{
    [Fact]
    public async Task AppHost_Killed_LeavesNoProcessBehind()
    {
        using var appHost = await StartAsync();
        var all = ProcessesOf(appHost);

        appHost.Kill();

        await AssertEndAsync(all);
    }

    /// <summary>As Ctrl-C does. A stopped process does not even see that it is asked to end, as one that waits for brokers that have gone before it.</summary>
    [Fact]
    public async Task AppHost_AskedToEnd_KillsAServiceThatDoesNot()
    {
        using var appHost = await StartAsync();
        var all = ProcessesOf(appHost);
        var ingest = Assert.Single(all, pid => CommandLine(pid).Contains("StreamSocial.Ingest", StringComparison.Ordinal));
        // Nobody would take its telemetry, and it would end only after it has tried for 10 s to send the last of it.
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", await File.ReadAllTextAsync($"/proc/{ingest}/environ", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        AppHostProcess.Signal(ingest, "STOP");

        AppHostProcess.Signal(appHost.Id, "TERM");

        await AssertEndAsync(all);
        Assert.Contains(appHost.Lines, line => line.Contains("ingest did not end within 3 s and was killed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AppHost_AskedToEndWhileItStarts_SaysNoMoreWhatItWaitsFor()
    {
        using var appHost = AppHostProcess.Start("--Dashboard:Enabled=false", "--AspireDashboard:Enabled=false");
        var generator = 0;
        await Eventually.TrueAsync("a feed generator starts", async () => (generator = await ReadPidAsync(appHost, "feed-generator-1")) > 0, () => "none", seconds: 180);
        // It never becomes healthy.
        AppHostProcess.Signal(generator, "STOP");
        await Eventually.TrueAsync("ingest is healthy", async () => (await ReadHealthyAsync(appHost)).Count > 0, () => "none", seconds: 180);
        var all = ProcessesOf(appHost);
        var said = Waits();

        AppHostProcess.Signal(appHost.Id, "TERM");

        await AssertEndAsync(all);
        // One may be on its way while it is asked.
        Assert.InRange(Waits(), said, said + 1);

        int Waits() => appHost.Lines.Count(line => line.Contains("Waiting for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AppHost_ProxyThatIsAway_DoesNotConcernItsOwnServices()
    {
        using var appHost = AppHostProcess.StartBehindProxy("--Dashboard:Enabled=false", "--AspireDashboard:Enabled=false");
        HashSet<int> started = [];
        await Eventually.TrueAsync(
            "ingest and a feed generator are healthy", async () => (started = await ReadHealthyAsync(appHost)).Count == 2, () => $"{started.Count} healthy", seconds: 180);
    }

    /// <summary>A watch of configuration files would cover all directories below the working directory, those of the brokers' logs among them.</summary>
    [Fact]
    public async Task AppHost_Runs_WatchesNoFiles()
    {
        using var appHost = await StartAsync();

        Assert.Equal(0, ProcessesOf(appHost).Where(pid => CommandLine(pid).Contains("StreamSocial.", StringComparison.Ordinal)).Sum(InotifyWatchesOf));
    }

    private static async Task<AppHostProcess> StartAsync()
    {
        if (!Directory.Exists("/proc/self"))
            Assert.Skip("This system does not show processes below /proc.");
        var appHost = AppHostProcess.Start("--Dashboard:Enabled=false", "--AspireDashboard:Enabled=false");
        try
        {
            var healthy = 0;
            await Eventually.TrueAsync(
                "ingest and a feed generator are healthy", async () => (healthy = (await ReadHealthyAsync(appHost)).Count) == 2, () => $"{healthy} healthy", seconds: 180);
            return appHost;
        }
        catch
        {
            appHost.Dispose();
            throw;
        }
    }

    private static int[] ProcessesOf(AppHostProcess appHost) => [.. WithDescendants([appHost.Id]).Concat(OrchestratorsOf(appHost.Id)).Distinct()];

    private static async Task AssertEndAsync(int[] processes)
    {
        int[] alive = [];
        await Eventually.TrueAsync(
            "no process is left", () => Task.FromResult((alive = [.. processes.Where(IsAlive)]).Length == 0), () => string.Join("; ", alive.Select(pid => $"{pid} {CommandLine(pid)}")), seconds: 30);
    }

    private static async Task<HashSet<int>> ReadHealthyAsync(AppHostProcess appHost) => [.. (await appHost.ReadResourcesAsync(TestContext.Current.CancellationToken))
        .Where(resource => resource.GetProperty("name").GetString() is "ingest" or "feed-generator-1" && resource.GetProperty("health").GetString() == "Healthy")
        .Select(resource => resource.GetProperty("pid").GetInt32())];

    private static async Task<int> ReadPidAsync(AppHostProcess appHost, string name) => (await appHost.ReadResourcesAsync(TestContext.Current.CancellationToken))
        .Where(resource => resource.GetProperty("name").GetString() == name && resource.GetProperty("pid").ValueKind == JsonValueKind.Number)
        .Select(resource => resource.GetProperty("pid").GetInt32())
        .FirstOrDefault();

    /// <summary>The orchestrator detaches itself from the AppHost, which it watches by its id.</summary>
    private static IEnumerable<int> OrchestratorsOf(int appHost) =>
        WithDescendants(Pids().Where(pid => CommandLine(pid).Contains($"--monitor {appHost} ", StringComparison.Ordinal)).ToArray());

    private static int[] WithDescendants(IEnumerable<int> roots)
    {
        var children = Pids().ToLookup(ParentOf);
        var found = roots.ToList();
        for (var i = 0; i < found.Count; i++)
            found.AddRange(children[found[i]].Except(found));
        return [.. found];
    }

    private static IEnumerable<int> Pids() => Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0).Where(pid => pid > 0);

    private static bool IsAlive(int pid) => Stat(pid) is { } fields && fields[0] is not ("Z" or "X");

    private static int ParentOf(int pid) => Stat(pid) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;

    private static int InotifyWatchesOf(int pid) =>
        Directory.GetFiles($"/proc/{pid}/fdinfo").Sum(file => TryRead(file)?.Split('\n').Count(line => line.StartsWith("inotify ", StringComparison.Ordinal)) ?? 0);

    /// <summary>The name, in parentheses, may itself hold spaces and parentheses: the fields are those behind it.</summary>
    private static string[]? Stat(int pid) => TryRead($"/proc/{pid}/stat") is { } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static string CommandLine(int pid) => TryRead($"/proc/{pid}/cmdline")?.Replace('\0', ' ') ?? "";

    private static string? TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process ended meanwhile, or closed what the file tells of.
            return null;
        }
    }
}
