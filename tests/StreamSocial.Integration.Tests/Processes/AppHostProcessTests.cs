using System.Globalization;
using StreamSocial.Integration.Tests.Topology;

namespace StreamSocial.Integration.Tests.Processes;

/// <summary>The AppHost as a process of its own: whatever ends it, nothing that it started stays behind.</summary>
public sealed class AppHostProcessTests
{
    [Fact]
    public async Task AppHost_Killed_LeavesNoProcessBehind()
    {
        if (!Directory.Exists("/proc/self"))
            Assert.Skip("This system does not show processes below /proc.");
        using var appHost = AppHostProcess.Start("--Dashboard:Enabled=false", "--AspireDashboard:Enabled=false");
        HashSet<int> started = [];
        await Eventually.TrueAsync(
            "ingest and a feed generator are healthy", async () => (started = await ReadHealthyAsync(appHost)).Count == 2, () => $"{started.Count} healthy", seconds: 180);
        var all = WithDescendants(started.Append(appHost.Id)).Concat(OrchestratorsOf(appHost.Id)).Distinct().ToArray();

        appHost.Kill();
        int[] alive = [];
        await Eventually.TrueAsync(
            "no process is left", () => Task.FromResult((alive = [.. all.Where(IsAlive)]).Length == 0), () => string.Join("; ", alive.Select(pid => $"{pid} {CommandLine(pid)}")), seconds: 30);
    }

    [Fact]
    public async Task AppHost_ProxyThatIsAway_DoesNotConcernItsOwnServices()
    {
        using var appHost = AppHostProcess.StartBehindProxy("--Dashboard:Enabled=false", "--AspireDashboard:Enabled=false");
        HashSet<int> started = [];
        await Eventually.TrueAsync(
            "ingest and a feed generator are healthy", async () => (started = await ReadHealthyAsync(appHost)).Count == 2, () => $"{started.Count} healthy", seconds: 180);
    }

    private static async Task<HashSet<int>> ReadHealthyAsync(AppHostProcess appHost) => [.. (await appHost.ReadResourcesAsync(TestContext.Current.CancellationToken))
        .Where(resource => resource.GetProperty("name").GetString() is "ingest" or "feed-generator-1" && resource.GetProperty("health").GetString() == "Healthy")
        .Select(resource => resource.GetProperty("pid").GetInt32())];

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

    private static string[]? Stat(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name, in parentheses, may itself hold spaces and parentheses.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return null;
        }
    }

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
