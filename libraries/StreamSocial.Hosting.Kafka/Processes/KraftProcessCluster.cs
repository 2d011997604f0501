using System.Diagnostics;
using StreamSocial.Hosting.Kafka.Health;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>Three KRaft nodes as child processes of this one, for tests and tools; they end with it, however it ends.</summary>
public sealed class KraftProcessCluster : IAsyncDisposable
{
    // Ends Java when the pipe from this process closes, which the kernel does even when it is killed.
    private const string Guard = """
        exec 3<&0 >>"$1" 2>&1
        shift
        "$@" </dev/null 3<&- & node=$!
        (read -r _ <&3; kill -9 $node 2>/dev/null) & guard=$!
        wait $node; code=$?
        kill $guard 2>/dev/null
        exit $code
        """;

    private static readonly TimeSpan ProbeWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly string[] HeapOptions = ["-Xms256m", "-Xmx512m"];

    private readonly KraftClusterLayout _layout;
    private readonly string[] _javaOptions;
    private readonly Dictionary<int, Process> _processes = [];

    private KraftProcessCluster(KraftClusterLayout layout, ClusterLifetime lifetime) =>
        (_layout, _javaOptions) = (layout, lifetime == ClusterLifetime.Short ? [KraftClusterLayout.CompileFast, .. HeapOptions] : HeapOptions);

    /// <summary>Addresses of all brokers.</summary>
    public string BootstrapServers => _layout.BootstrapServers;

    /// <summary>The nodes.</summary>
    public IReadOnlyList<KraftNode> Nodes => _layout.Nodes;

    /// <summary>The nodes' processes. Java is the child of each.</summary>
    public IReadOnlyList<int> ProcessIds => [.. _processes.Values.Select(process => process.Id)];

    /// <summary>Formats and starts three nodes and returns when all of them serve.</summary>
    /// <param name="kafkaHome">The distribution.</param>
    /// <param name="directory">Directory of the cluster; deleted at the end.</param>
    /// <param name="timeout">Longest time until all serve.</param>
    /// <param name="cancellationToken">Ends the start; nothing stays behind.</param>
    /// <param name="lifetime">How long it is needed.</param>
    /// <param name="withJmx">Whether the nodes carry the JMX exporter, if the distribution has it.</param>
    /// <param name="partitions">Partitions that its topics will have; null if that is not known.</param>
    /// <exception cref="KafkaSourceException">The distribution or Java is wrong, or a node did not start in time.</exception>
    public static async Task<KraftProcessCluster> StartAsync(string kafkaHome, string directory, TimeSpan timeout, CancellationToken cancellationToken, ClusterLifetime lifetime = ClusterLifetime.Short, bool withJmx = false, int? partitions = null)
    {
        if ((KafkaHome.FindProblem(kafkaHome) ?? JavaRuntime.FindProblem()) is { } problem)
            throw new KafkaSourceException(problem);
        var cluster = new KraftProcessCluster(KraftClusterLayout.Create(kafkaHome, directory, withJmx: withJmx), lifetime);
        try
        {
            await cluster._layout.PrepareAsync(partitions, cancellationToken);
            foreach (var node in cluster.Nodes)
                cluster.StartNode(node.Id);
            await cluster.WaitUntilServingAsync(timeout, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node, or starts it again.</summary>
    public void StartNode(int id)
    {
        var node = Nodes[id - 1];
        string[] arguments = ["-c", Guard, "kafka-node", LogFile(node), JavaRuntime.Executable, .. _layout.StartArguments(node, _javaOptions)];
        _processes[id] = Process.Start(new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardInput = true,
            WorkingDirectory = node.Directory,
        })!;
    }

    /// <summary>Kills a node without warning.</summary>
    public async Task KillNodeAsync(int id, CancellationToken cancellationToken)
    {
        if (!_processes.Remove(id, out var process))
            return;
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        process.Dispose();
    }

    /// <summary>Waits until all nodes serve.</summary>
    /// <exception cref="KafkaSourceException">One ended, or did not serve in time; says which, and what it last wrote.</exception>
    public async Task WaitUntilServingAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var node in Nodes)
        {
            using var probe = new BrokerProbe(node.Id, node.Address);
            while (await Task.Run(() => probe.FindProblem(ProbeWait), cancellationToken) is { } problem)
            {
                if (_processes[node.Id].HasExited || Stopwatch.GetElapsedTime(started) > timeout)
                    throw new KafkaSourceException($"Kafka did not start within {timeout.TotalSeconds:0} s: {problem}; it last wrote: {LastLines(node)}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
    }

    /// <summary>Kills the nodes and deletes their data.</summary>
    public async ValueTask DisposeAsync()
    {
        using var stop = new CancellationTokenSource(StopPatience);
        await Task.WhenAll(_processes.Keys.ToArray().Select(id => KillNodeAsync(id, stop.Token)));
        _layout.Delete();
    }

    private static string LogFile(KraftNode node) => Path.Combine(node.Directory, "console.log");

    private static string LastLines(KraftNode node) =>
        File.Exists(LogFile(node)) ? string.Join(" | ", File.ReadLines(LogFile(node)).TakeLast(5)) : "nothing";
}

/// <summary>How long a cluster is needed, which decides how its brokers compile their code.</summary>
public enum ClusterLifetime
{
    /// <summary>Up to a minute or two: <see cref="KraftClusterLayout.CompileFast"/>.</summary>
    Short,

    /// <summary>Longer: Java's defaults, which are slow at first.</summary>
    Long,
}
