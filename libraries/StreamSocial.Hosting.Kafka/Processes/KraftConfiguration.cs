using System.Collections.Immutable;
using System.Globalization;

namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>The configuration of KRaft nodes that share a machine. Pure.</summary>
public static class KraftConfiguration
{
    private const int PartitionsPerMsOfWait = 20;
    private const int ShortestReplicaWaitMs = 15;
    private const int LongestReplicaWaitMs = 50;

    /// <summary>The node's <c>server.properties</c> when all nodes are processes of this machine.</summary>
    /// <param name="node">The node.</param>
    /// <param name="all">All nodes of the cluster, this one among them.</param>
    /// <param name="processors">Processors of the machine.</param>
    /// <param name="partitions">Partitions that the cluster's topics will have; null if that is not known.</param>
    public static string Server(KraftNode node, IReadOnlyCollection<KraftNode> all, int processors, int? partitions)
    {
        var settings = Shared(all.Count, processors, partitions)
            .Add("node.id", node.Id.ToString(CultureInfo.InvariantCulture))
            .Add("controller.quorum.voters", string.Join(',', all.Select(other => $"{other.Id}@127.0.0.1:{other.ControllerPort}")))
            .Add("listeners", $"PLAINTEXT://{node.Address},CONTROLLER://127.0.0.1:{node.ControllerPort}")
            .Add("advertised.listeners", $"PLAINTEXT://{node.Address}")
            .Add("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT")
            .Add("inter.broker.listener.name", "PLAINTEXT")
            .Add("log.dirs", node.DataDirectory.Replace('\\', '/'));
        return string.Concat(settings.Select(setting => $"{setting.Key}={Escape(setting.Value)}\n"));
    }

    /// <summary>Java reads a properties file as ISO-8859-1; other characters are written by their numbers.</summary>
    private static string Escape(string value) => string.Concat(value.Select(character =>
        character is >= ' ' and <= '~' ? character.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}")));

    /// <summary>What all nodes have in common, however they run.</summary>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="processors">Processors that they share.</param>
    /// <param name="partitions">Partitions that the cluster's topics will have; null if that is not known.</param>
    public static ImmutableSortedDictionary<string, string> Shared(int nodes, int processors, int? partitions)
    {
        var copies = Math.Min(3, nodes);
        var inSync = Math.Max(1, copies - 1);
        var settings = new Dictionary<string, int>
        {
            ["default.replication.factor"] = copies,
            ["min.insync.replicas"] = inSync,
            ["offsets.topic.replication.factor"] = copies,
            ["offsets.topic.num.partitions"] = 10,
            ["transaction.state.log.replication.factor"] = copies,
            ["transaction.state.log.min.isr"] = inSync,
            ["transaction.state.log.num.partitions"] = 10,
            // Readers wait for the transaction that a killed replica left open: its end is looked for each second, not each ten.
            ["transaction.abort.timed.out.transaction.cleanup.interval.ms"] = 1000,
            // Thousands of partitions on one disk: small segments, small index files (they are allocated in full).
            ["log.segment.bytes"] = 64 * 1024 * 1024,
            ["log.index.size.max.bytes"] = 256 * 1024,
            // A lost broker is noticed after 4 s, not 9.
            ["broker.session.timeout.ms"] = 4000,
            ["broker.heartbeat.interval.ms"] = 1000,
            // With fewer cores than nodes a controller may be silent for seconds, and each needless election stops the whole cluster. But where the active one
            // is lost with its broker, this and the broker's session pass one after the other until its partitions have leaders again.
            ["controller.quorum.fetch.timeout.ms"] = 4000,
            // The heartbeat interval is most of what a handover between members takes.
            ["group.initial.rebalance.delay.ms"] = 0,
            ["group.consumer.min.heartbeat.interval.ms"] = 500,
            ["group.consumer.heartbeat.interval.ms"] = 500,
            ["group.consumer.min.session.timeout.ms"] = 3000,
            ["group.consumer.session.timeout.ms"] = 6000,
        };
        if (processors < 2 * nodes)
        {
            ReplicateInFewerFetches(settings, partitions);
            LetMembersWaitLonger(settings);
        }

        return settings.ToImmutableSortedDictionary(setting => setting.Key, setting => setting.Value.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal)
        .Add("process.roles", "broker,controller")
        .Add("controller.listener.names", "CONTROLLER")
        .Add("unclean.leader.election.enable", "false")
        .Add("auto.create.topics.enable", "false");
    }

    /// <summary>
    /// A follower's fetch is answered as soon as one record is there, and costs the leader a look at every partition that the follower has of it; a record
    /// written, a look at all partitions of each fetch that waits. That takes most of the brokers' time where cores are few. So fetches are answered at
    /// intervals, one for each pair of brokers. An acknowledgement waits for up to an interval, which grows with the number of partitions.
    /// </summary>
    private static void ReplicateInFewerFetches(Dictionary<string, int> settings, int? partitions)
    {
        settings["replica.fetch.min.bytes"] = 1024 * 1024;
        settings["replica.fetch.wait.max.ms"] = partitions is { } count
            ? Math.Clamp(count / PartitionsPerMsOfWait, ShortestReplicaWaitMs, LongestReplicaWaitMs)
            : LongestReplicaWaitMs;
    }

    /// <summary>
    /// librdkafka gives a heartbeat up after one interval, and what the brokers told with its answer, they tell only once: a member that is not told to give
    /// partitions back keeps them until the group puts it out. Busy brokers take longer than half a second to answer.
    /// </summary>
    private static void LetMembersWaitLonger(Dictionary<string, int> settings) => settings["group.consumer.heartbeat.interval.ms"] = 1500;

    /// <summary>The name under which Kafka's container images take a setting.</summary>
    public static string EnvironmentName(string setting) => "KAFKA_" + setting.ToUpperInvariant().Replace('.', '_');

    /// <summary>The node's logging: warnings and errors to the console.</summary>
    public static string Logging() => """
        appender.console.type=Console
        appender.console.name=console
        appender.console.layout.type=PatternLayout
        appender.console.layout.pattern=%d{HH:mm:ss.SSS} %p %m (%c{1})%n
        rootLogger.level=warn
        rootLogger.appenderRef.console.ref=console
        # What these warn of is ordinary while three nodes start and stop together.
        logger.raft.name=org.apache.kafka.raft
        logger.raft.level=error
        logger.controller.name=org.apache.kafka.controller
        logger.controller.level=fatal
        logger.lifecycle.name=kafka.server.BrokerLifecycleManager
        logger.lifecycle.level=error
        # It says at length that it leaves signals alone, which is what was asked for.
        logger.main.name=kafka.Kafka$
        logger.main.level=error
        logger.network.name=org.apache.kafka.clients.NetworkClient
        logger.network.level=error

        """;

    /// <summary>A new cluster id in Kafka's form: 16 bytes as base64 for URLs, not beginning with a dash.</summary>
    public static string ClusterId(Guid id) => Convert.ToBase64String(id.ToByteArray()).TrimEnd('=').Replace('+', 'k').Replace('/', '_');
}
