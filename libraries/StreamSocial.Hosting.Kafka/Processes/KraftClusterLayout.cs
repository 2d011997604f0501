using System.Diagnostics;
using System.Net;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>A KRaft cluster on this machine, written to disk and ready to start.</summary>
/// <param name="KafkaHome">The distribution.</param>
/// <param name="Directory">Everything of the cluster.</param>
/// <param name="Nodes">Its nodes.</param>
public sealed record KraftClusterLayout(string KafkaHome, string Directory, IReadOnlyList<KraftNode> Nodes)
{
    /// <summary>
    /// A Java option: a signal ends the process at once. An orderly stop of all nodes together waits in vain for a quorum to hand
    /// leaderships over to; where the data is thrown away that gains nothing.
    /// </summary>
    public const string EndAtOnce = "-Xrs";

    /// <summary>
    /// A Java option: the fast compiler only. The optimising one takes processor time from the brokers in their first minute, and gives more
    /// than that back from the second minute on. For clusters that live shorter.
    /// </summary>
    public const string CompileFast = "-XX:TieredStopAtLevel=1";

    /// <summary>The collector that needs no threads of its own.</summary>
    private const string CollectSerially = "-XX:+UseSerialGC";

    private const string BrokerClass = "kafka.Kafka";
    private const string FormatterClass = "kafka.tools.StorageTool";
    private const string ClusterIdFile = "cluster.id";

    private static readonly TimeSpan FormatPatience = TimeSpan.FromSeconds(60);

    /// <summary>The JMX exporter that each node carries; null when none does.</summary>
    public string? JmxExporter { get; private init; }

    /// <summary>Addresses of all brokers.</summary>
    public string BootstrapServers => string.Join(',', Nodes.Select(node => node.Address));

    /// <summary>Chooses ports and names directories; writes nothing.</summary>
    /// <param name="kafkaHome">The distribution.</param>
    /// <param name="directory">A directory for the cluster; data that is there from an earlier start is used again.</param>
    /// <param name="firstPort">First of six ports in a row for three nodes; 0 takes free ones.</param>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="withJmx">Whether each node carries the JMX exporter, at a port behind those; without effect where the distribution has none.</param>
    /// <exception cref="KafkaSourceException">A port is in use, or there are too few from the first one on.</exception>
    public static KraftClusterLayout Create(string kafkaHome, string directory, int firstPort = 0, int nodes = 3, bool withJmx = false)
    {
        var exporter = withJmx ? Processes.JmxExporter.Find(kafkaHome) : null;
        var needed = (exporter is null ? 2 : 3) * nodes;
        if (firstPort + needed - 1 > IPEndPoint.MaxPort)
            throw new KafkaSourceException($"Kafka:FirstPort is {firstPort}, and {needed} ports in a row are needed: use 0 for free ports, or 1 to {IPEndPoint.MaxPort - needed + 1}.");
        var ports = firstPort == 0 ? LoopbackPorts.ChooseFree(needed) : [.. Enumerable.Range(firstPort, needed)];
        if (firstPort != 0 && Array.Find(ports, LoopbackPorts.IsInUse) is var used and not 0)
            throw new KafkaSourceException($"Port {used} is in use: end the program that listens there, or set Kafka:FirstPort to another one (0 takes free ports).");

        var root = Path.GetFullPath(directory);
        return new KraftClusterLayout(Path.GetFullPath(kafkaHome), root,
            [.. Enumerable.Range(0, nodes).Select(index => new KraftNode(index + 1, ports[index], ports[nodes + index], Path.Combine(root, $"node-{index + 1}"))
            {
                JmxPort = exporter is null ? null : ports[(2 * nodes) + index],
            })])
        {
            JmxExporter = exporter,
        };
    }

    /// <summary>Arguments for Java that start a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="javaOptions">Options for Java, behind <c>-XX:+UseSerialGC</c>; another collector needs <c>-XX:-UseSerialGC</c> before it.</param>
    public IReadOnlyList<string> StartArguments(KraftNode node, IEnumerable<string> javaOptions) =>
        [CollectSerially, .. javaOptions, .. JmxArguments(node), $"-Dlog4j2.configurationFile={node.LoggingFile}", "-cp", Processes.KafkaHome.ClassPath(KafkaHome), BrokerClass, node.ConfigurationFile];

    /// <summary>Writes the configuration files and formats the data directories that are not yet.</summary>
    /// <param name="partitions">Partitions that the cluster's topics will have; null if that is not known.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="KafkaSourceException">The files cannot be written, or formatting failed.</exception>
    public async Task PrepareAsync(int? partitions, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(partitions, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KafkaSourceException($"The brokers' files cannot be written: {e.Message.TrimEnd('.')}; make {Directory} writable, or set Kafka:DataDirectory to another directory.", e);
        }
    }

    private async Task WriteAsync(int? partitions, CancellationToken cancellationToken)
    {
        System.IO.Directory.CreateDirectory(Directory);
        var clusterId = await ReadOrCreateClusterIdAsync(cancellationToken);
        foreach (var node in Nodes)
        {
            System.IO.Directory.CreateDirectory(node.DataDirectory);
            await File.WriteAllTextAsync(node.ConfigurationFile, KraftConfiguration.Server(node, Nodes, Environment.ProcessorCount, partitions), cancellationToken);
            await File.WriteAllTextAsync(node.LoggingFile, KraftConfiguration.Logging(), cancellationToken);
            if (JmxExporter is not null)
                await File.WriteAllTextAsync(node.JmxFile, Processes.JmxExporter.Configuration(), cancellationToken);
        }

        var fresh = Nodes.Where(node => !File.Exists(Path.Combine(node.DataDirectory, "meta.properties")));
        await Task.WhenAll(fresh.Select(node => FormatAsync(node, clusterId, cancellationToken)));
    }

    private IEnumerable<string> JmxArguments(KraftNode node) =>
        JmxExporter is null ? [] : [$"-javaagent:{JmxExporter}=127.0.0.1:{node.JmxPort}:{node.JmxFile}"];

    /// <summary>Removes everything of the cluster.</summary>
    public void Delete()
    {
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task<string> ReadOrCreateClusterIdAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(Directory, ClusterIdFile);
        if (!File.Exists(file))
            await File.WriteAllTextAsync(file, KraftConfiguration.ClusterId(Guid.NewGuid()), cancellationToken);
        return (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
    }

    private async Task FormatAsync(KraftNode node, string clusterId, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            CompileFast, CollectSerially, $"-Dlog4j2.configurationFile={node.LoggingFile}",
            "-cp", Processes.KafkaHome.ClassPath(KafkaHome), FormatterClass, "format", $"--cluster-id={clusterId}", "--config", node.ConfigurationFile,
        ];
        using var process = Process.Start(new ProcessStartInfo(JavaRuntime.Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken).WaitAsync(FormatPatience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new KafkaSourceException($"Kafka node {node.Id} was not formatted within {FormatPatience.TotalSeconds:0} s: the machine is too busy. Start again when it is not.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        if (process.ExitCode != 0)
            throw new KafkaSourceException($"Kafka node {node.Id} could not be formatted in {node.DataDirectory}: {(await errors + await output).Trim().ReplaceLineEndings(" ")}");
    }
}

/// <summary>One broker that is also a controller.</summary>
/// <param name="Id">1, 2, 3, …</param>
/// <param name="BrokerPort">Port for clients and other brokers, on loopback.</param>
/// <param name="ControllerPort">Port for the quorum, on loopback.</param>
/// <param name="Directory">Everything of this node: configuration, data.</param>
public sealed record KraftNode(int Id, int BrokerPort, int ControllerPort, string Directory)
{
    /// <summary>Where clients find it.</summary>
    public string Address => $"127.0.0.1:{BrokerPort}";

    public string ConfigurationFile => Path.Combine(Directory, "server.properties");

    public string LoggingFile => Path.Combine(Directory, "log4j2.properties");

    /// <summary>What its JMX exporter exports.</summary>
    public string JmxFile => Path.Combine(Directory, "jmx.yml");

    /// <summary>Port of its JMX exporter, on loopback; null when it has none.</summary>
    public int? JmxPort { get; init; }

    /// <summary>Where its JMX exporter answers; null when it has none.</summary>
    public string? JmxAddress => JmxPort is { } port ? $"http://127.0.0.1:{port}/metrics" : null;

    public string DataDirectory => Path.Combine(Directory, "data");
}
