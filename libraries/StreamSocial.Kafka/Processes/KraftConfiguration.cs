namespace StreamSocial.Kafka.Processes;

/// <summary>The configuration files of KRaft nodes that share a machine. Pure.</summary>
public static class KraftConfiguration
{
    /// <summary>The node's <c>server.properties</c>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="all">All nodes of the cluster, this one among them.</param>
    public static string Server(KraftNode node, IReadOnlyCollection<KraftNode> all)
    {
        var copies = Math.Min(3, all.Count);
        var inSync = Math.Max(1, copies - 1);
        return $"""
            process.roles=broker,controller
            node.id={node.Id}
            controller.quorum.voters={string.Join(',', all.Select(other => $"{other.Id}@127.0.0.1:{other.ControllerPort}"))}
            listeners=PLAINTEXT://{node.Address},CONTROLLER://127.0.0.1:{node.ControllerPort}
            advertised.listeners=PLAINTEXT://{node.Address}
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=PLAINTEXT
            log.dirs={node.DataDirectory.Replace('\\', '/')}
            default.replication.factor={copies}
            min.insync.replicas={inSync}
            unclean.leader.election.enable=false
            auto.create.topics.enable=false
            offsets.topic.replication.factor={copies}
            offsets.topic.num.partitions=10
            transaction.state.log.replication.factor={copies}
            transaction.state.log.min.isr={inSync}
            transaction.state.log.num.partitions=10
            # Thousands of partitions on one disk: small segments, small index files (they are allocated in full).
            log.segment.bytes=67108864
            log.index.size.max.bytes=262144
            # A lost broker is noticed after 6 s, not 9.
            broker.session.timeout.ms=6000
            broker.heartbeat.interval.ms=1000
            # The heartbeat interval is most of what a handover between members takes.
            group.initial.rebalance.delay.ms=0
            group.consumer.min.heartbeat.interval.ms=500
            group.consumer.heartbeat.interval.ms=500
            group.consumer.min.session.timeout.ms=3000
            group.consumer.session.timeout.ms=6000

            """;
    }

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
        logger.network.name=org.apache.kafka.clients.NetworkClient
        logger.network.level=error

        """;

    /// <summary>A new cluster id in Kafka's form: 16 bytes as base64 for URLs, not beginning with a dash.</summary>
    public static string ClusterId(Guid id) => Convert.ToBase64String(id.ToByteArray()).TrimEnd('=').Replace('+', 'k').Replace('/', '_');
}
