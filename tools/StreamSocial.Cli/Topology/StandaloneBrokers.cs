using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Hosting.Kafka.Sources;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Topology;

/// <summary>Three brokers outside this process, with some topics and without the rest of the topology; gone when disposed.</summary>
internal interface IStandaloneBrokers : IAsyncDisposable
{
    string BootstrapServers { get; }

    bool IsEmbedded { get; }

    /// <summary>Their processes.</summary>
    IReadOnlyList<int> ProcessIds { get; }

    /// <summary>Where they keep their logs; none when they do not keep them on disk.</summary>
    IReadOnlyList<string> DataDirectories { get; }
}

internal static class StandaloneBrokers
{
    /// <summary>The brokers' processes and all below them, which use the processor time that brokers cost.</summary>
    public static IEnumerable<ProcessSample> ProcessesOf(IStandaloneBrokers brokers, ProcessTree processes) =>
        brokers.ProcessIds.SelectMany(id => processes.Find(id) is { } root ? processes.DescendantsOf(id).Append(root) : []);

    /// <summary>Starts brokers of a kind.</summary>
    /// <param name="kafka"><c>embedded</c> or <c>process</c>.</param>
    /// <param name="topics">The topics to create.</param>
    /// <param name="lifetime">How long they are needed.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ToolException">They do not start.</exception>
    public static Task<IStandaloneBrokers> StartAsync(string kafka, IReadOnlyCollection<TopicSpec> topics, ClusterLifetime lifetime, CancellationToken cancellationToken) =>
        kafka == "process" ? ProcessBrokers.StartAsync(topics, lifetime, cancellationToken) : EmbeddedBrokers.StartAsync(topics, cancellationToken);
}

/// <summary>Embedded brokers in a child process, which ends when its input does: with this process at the latest.</summary>
internal sealed class EmbeddedBrokers : IStandaloneBrokers
{
    public const string CommandName = "brokers";
    public const string TopicOption = "--topic";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private readonly Process _process;

    private EmbeddedBrokers(Process process, string bootstrapServers) => (_process, BootstrapServers) = (process, bootstrapServers);

    public string BootstrapServers { get; }

    public bool IsEmbedded => true;

    public IReadOnlyList<int> ProcessIds => [_process.Id];

    public IReadOnlyList<string> DataDirectories => [];

    /// <exception cref="ToolException">They did not start.</exception>
    public static async Task<IStandaloneBrokers> StartAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellationToken)
    {
        var arguments = topics.SelectMany(topic => new[] { TopicOption, FormattableString.Invariant($"{topic.Name}={topic.Partitions}") });
        var start = new ProcessStartInfo("dotnet", [typeof(EmbeddedBrokers).Assembly.Location, "bench", CommandName, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = new Process { StartInfo = start };
        ChildProcess.Begin(process);
        try
        {
            var address = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(StartTimeout, cancellationToken);
            return new EmbeddedBrokers(process, address ?? throw new ToolException("The embedded brokers did not start; their error is above."));
        }
        catch (Exception e)
        {
            process.Kill();
            process.Dispose();
            if (e is TimeoutException)
                throw new ToolException($"The embedded brokers have not started within {StartTimeout.TotalSeconds:0} s.", e);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

/// <summary>Three real brokers from <c>KAFKA_HOME</c>, with their data in a temporary directory.</summary>
internal sealed class ProcessBrokers : IStandaloneBrokers
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private readonly KraftProcessCluster _cluster;

    private ProcessBrokers(KraftProcessCluster cluster) => _cluster = cluster;

    public string BootstrapServers => _cluster.BootstrapServers;

    public bool IsEmbedded => false;

    public IReadOnlyList<int> ProcessIds => _cluster.ProcessIds;

    public IReadOnlyList<string> DataDirectories => [.. _cluster.Nodes.Select(node => node.DataDirectory)];

    /// <exception cref="ToolException">There is no Kafka to start, or it does not start.</exception>
    public static async Task<IStandaloneBrokers> StartAsync(IReadOnlyCollection<TopicSpec> topics, ClusterLifetime lifetime, CancellationToken cancellationToken)
    {
        var home = Environment.GetEnvironmentVariable(KafkaHome.Variable);
        if (string.IsNullOrEmpty(home))
            throw new ToolException($"--kafka process needs {KafkaHome.Variable}: set it to a Kafka distribution (a directory with libs/*.jar).");
        try
        {
            var directory = Path.Combine(Path.GetTempPath(), $"streamsocial-brokers-{Guid.NewGuid():N}");
            var brokers = new ProcessBrokers(await KraftProcessCluster.StartAsync(home, directory, StartTimeout, cancellationToken, lifetime, partitions: topics.Sum(topic => topic.Partitions)));
            try
            {
                await brokers.CreateTopicsAsync(topics, cancellationToken);
                return brokers;
            }
            catch
            {
                await brokers.DisposeAsync();
                throw;
            }
        }
        catch (Exception e) when (e is KafkaSourceException or KafkaException)
        {
            throw new ToolException(e.Message, e);
        }
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private async Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellationToken)
    {
        var settings = new KafkaClientSettings(BootstrapServers, new KafkaOptions());
        using var ends = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        using var administrator = new TopicAdministrator(settings, ends, TimeProvider.System, NullLogger<TopicAdministrator>.Instance);
        await administrator.CreateAsync(topics, cancellationToken);
    }
}
