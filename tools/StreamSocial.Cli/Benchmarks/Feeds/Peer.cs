using System.Diagnostics;
using System.Text.Json;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>
/// Another system that does the work of the feeds: a script that takes the brokers from BOOTSTRAP and BROKER_PIDS and writes a line of JSON for each result.
/// </summary>
/// <param name="Script">The script. The name of its folder says which system it is.</param>
internal sealed record Peer(FileInfo Script)
{
    /// <summary>What each system is asked for: one backlog, exactly once where it can.</summary>
    private static readonly Dictionary<string, string[]> Arguments = new()
    {
        ["kafka-streams"] = ["tests=t2", "t2=eos", "repeats=1"],
        ["streamiz"] = ["tests=t2", "t2=eos+commit=1000", "repeats=1"],
        ["limit"] = ["rounds=1"],
    };

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    public string Name => Script.Directory!.Name;

    /// <summary>The systems that are known.</summary>
    public static IEnumerable<string> Known => Arguments.Keys;

    /// <summary>Finds a peer's script.</summary>
    /// <param name="path">The script, or its folder.</param>
    /// <returns>Null when there is none, or it is of a system that is not known.</returns>
    public static Peer? Find(string path)
    {
        var script = new FileInfo(Directory.Exists(path) ? Path.Combine(path, "run") : path);
        return script.Exists && Arguments.ContainsKey(script.Directory!.Name) ? new Peer(script) : null;
    }

    /// <param name="brokers">The brokers.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="partitions">Partitions of its topics.</param>
    /// <param name="logs">Where its output goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ToolException">It failed.</exception>
    public async Task<PeerResult> RunAsync(
        IStandaloneBrokers brokers, string trace, int partitions, DirectoryInfo logs, TimeProvider time, CancellationToken cancellationToken)
    {
        var log = new FileInfo(Path.Combine(logs.FullName, $"bench-feeds-{Name}.log"));
        var start = new ProcessStartInfo("/bin/bash", [Script.FullName, .. Arguments[Name], $"trace={trace}", $"partitions={partitions}"]);
        start.Environment["BOOTSTRAP"] = brokers.BootstrapServers.Split(',')[0];
        start.Environment["BROKER_PIDS"] = string.Join(',', StandaloneBrokers.ProcessesOf(brokers, ProcessTree.Read()).Select(process => process.Pid));
        await using (var process = ChildProcess.Start(start, log, StopTimeout, time))
        {
            var started = time.GetTimestamp();
            while (!process.HasExited)
            {
                if (time.GetElapsedTime(started) > Patience)
                    throw new ToolException($"{Script.FullName} did not end within {Patience.TotalMinutes:0} min; its output is in {log.FullName}.");
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
            // What it wrote last may still be on its way.
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
            if (process.ExitCode != 0)
                throw new ToolException($"{Script.FullName} ended with {process.ExitCode}; its output is in {log.FullName}.");
        }

        return File.ReadLines(log.FullName).Select(PeerResult.TryRead).LastOrDefault(result => result is not null)
            ?? throw new ToolException($"{Script.FullName} wrote no result; its output is in {log.FullName}.");
    }
}

/// <summary>What a peer measured.</summary>
internal sealed record PeerResult(double DeliveriesPerSecond, double ApplicationCpuPerMillion, double BrokerCpuPerMillion)
{
    /// <summary>Reads a line of a peer's output; null when it is not the result of a backlog.</summary>
    public static PeerResult? TryRead(string line)
    {
        if (!line.StartsWith('{'))
            return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.TryGetProperty("test", out var test) && test.GetString() != "T2")
                return null;
            return Read(root, "deliveriesPerSecond") is { } rate && Read(root, "appCpuPerMillion") is { } application && Read(root, "brokerCpuPerMillion") is { } brokers
                ? new PeerResult(rate, application, brokers)
                : null;
        }
        catch (JsonException)
        {
            // A line of a log that looks like an object.
            return null;
        }
    }

    /// <summary>A number, or the median of a distribution; names in either case.</summary>
    private static double? Read(JsonElement root, string name)
    {
        foreach (var property in root.EnumerateObject())
        {
            if (!property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (property.Value.ValueKind == JsonValueKind.Number)
                return property.Value.GetDouble();
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("median", out var median))
                return median.GetDouble();
        }

        return null;
    }
}
