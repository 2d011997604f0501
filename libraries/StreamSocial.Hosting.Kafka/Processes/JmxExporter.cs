namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>The JMX Prometheus exporter that a broker's Java carries: its program, and what it exports.</summary>
public static class JmxExporter
{
    /// <summary>The exporter below a distribution's <c>agents</c>; null when there is none.</summary>
    public static string? Find(string kafkaHome)
    {
        var agents = Path.Combine(Path.GetFullPath(kafkaHome), "agents");
        return Directory.Exists(agents)
            ? Directory.EnumerateFiles(agents, "jmx_prometheus_javaagent-*.jar").Order(StringComparer.Ordinal).LastOrDefault()
            : null;
    }

    /// <summary>What is read, and nothing else: a broker has thousands of metrics. The names are those of the exporter's example for Kafka.</summary>
    public static string Configuration() => """
        lowercaseOutputName: true
        includeObjectNames:
        - kafka.server:type=KafkaServer,name=BrokerState
        - kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec
        - kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec
        - kafka.network:type=RequestMetrics,name=RequestsPerSec,*
        - kafka.network:type=RequestMetrics,name=TotalTimeMs,request=Produce
        - kafka.network:type=RequestMetrics,name=TotalTimeMs,request=FetchConsumer
        - kafka.controller:type=KafkaController,name=ActiveControllerCount
        - kafka.server:type=ReplicaManager,name=IsrShrinksPerSec
        - kafka.server:type=raft-metrics
        - kafka.log:type=Log,name=Size,*
        rules:
        - pattern: kafka.network<type=RequestMetrics, name=RequestsPerSec, request=(\w+), version=(\d+)><>Count
          name: kafka_network_requestmetrics_requests_total
          type: COUNTER
          labels:
            request: "$1"
            version: "$2"
        - pattern: kafka.(\w+)<type=(\w+), name=(\w+)PerSec><>Count
          name: kafka_$1_$2_$3_total
          type: COUNTER
        - pattern: kafka.network<type=RequestMetrics, name=TotalTimeMs, request=(\w+)><>99thPercentile
          name: kafka_network_requestmetrics_totaltimems
          labels:
            request: "$1"
            quantile: "0.99"
        - pattern: kafka.log<type=Log, name=Size, topic=(.+), partition=(\d+)><>Value
          name: kafka_log_log_size
          labels:
            topic: "$1"
            partition: "$2"
        - pattern: kafka.server<type=raft-metrics><>(number-of-voters|log-end-offset|high-watermark)
          name: kafka_server_raft_metrics_$1
        - pattern: kafka.(\w+)<type=(\w+), name=(\w+)><>Value
          name: kafka_$1_$2_$3

        """;
}
