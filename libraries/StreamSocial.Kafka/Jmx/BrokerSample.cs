using StreamSocial.Kafka.Cluster;

namespace StreamSocial.Kafka.Jmx;

/// <summary>What a broker's JMX exporter says at one moment; totals count since the broker started. Null is unknown.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Status">The broker's state by its own account; null when it does not say or is about to end.</param>
/// <param name="BytesIn">Bytes that clients wrote.</param>
/// <param name="BytesOut">Bytes that clients read.</param>
/// <param name="Requests">Requests of all kinds.</param>
/// <param name="ProduceP99Ms">Time of a produce request that 99 % do not exceed, in milliseconds.</param>
/// <param name="FetchP99Ms">The same of a consumer's fetch; the wait for records is part of it.</param>
/// <param name="ActiveControllers">1 for the controller, otherwise 0.</param>
/// <param name="IsrShrinks">How often a copy fell out of sync in a partition that it leads.</param>
/// <param name="GcSeconds">Time in garbage collections.</param>
/// <param name="Voters">Members of the controllers' quorum.</param>
/// <param name="MetadataEnd">End of its copy of the quorum's log.</param>
/// <param name="LogSizes">Bytes of its copies, by topic and partition.</param>
public sealed record BrokerSample(
    DateTimeOffset At,
    BrokerStatus? Status,
    double? BytesIn,
    double? BytesOut,
    double? Requests,
    double? ProduceP99Ms,
    double? FetchP99Ms,
    int? ActiveControllers,
    double? IsrShrinks,
    double? GcSeconds,
    int? Voters,
    long? MetadataEnd,
    IReadOnlyDictionary<(string Topic, int Partition), long> LogSizes)
{
    /// <summary>Reads what the exporter answered, by the names that its example configuration for Kafka gives.</summary>
    /// <exception cref="FormatException">It is not in the format.</exception>
    internal static BrokerSample Read(string text, DateTimeOffset at)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        var sizes = new Dictionary<(string, int), long>();
        double? produce = null, fetch = null;
        foreach (var sample in PrometheusText.Read(text))
        {
            if (!double.IsFinite(sample.Value))
                continue;
            switch (sample.Name)
            {
                case "kafka_log_log_size":
                    if (sample.Labels.TryGetValue("topic", out var topic) && sample.Labels.TryGetValue("partition", out var number) && int.TryParse(number, out var partition))
                        sizes[(topic, partition)] = (long)sample.Value;
                    break;
                case "kafka_network_requestmetrics_totaltimems" when sample.Labels.GetValueOrDefault("quantile") == "0.99":
                    if (sample.Labels.GetValueOrDefault("request") == "Produce")
                        produce = sample.Value;
                    else if (sample.Labels.GetValueOrDefault("request") == "FetchConsumer")
                        fetch = sample.Value;
                    break;
                // By topic the exporter may say it again.
                case var name when !sample.Labels.ContainsKey("topic"):
                    sums[name] = sums.GetValueOrDefault(name) + sample.Value;
                    break;
                default:
                    break;
            }
        }
        return new BrokerSample(
            at,
            StatusOf(Find("kafka_server_kafkaserver_brokerstate")),
            Find("kafka_server_brokertopicmetrics_bytesin_total"),
            Find("kafka_server_brokertopicmetrics_bytesout_total"),
            Find("kafka_network_requestmetrics_requests_total"),
            produce,
            fetch,
            (int?)Find("kafka_controller_kafkacontroller_activecontrollercount"),
            Find("kafka_server_replicamanager_isrshrinks_total"),
            Find("jvm_gc_collection_seconds_sum"),
            (int?)Find("kafka_server_raft_metrics_number_of_voters"),
            (long?)Find("kafka_server_raft_metrics_log_end_offset"),
            sizes);

        double? Find(string name) => sums.TryGetValue(name, out var value) ? value : null;
    }

    /// <summary>Kafka's <c>BrokerState</c>.</summary>
    private static BrokerStatus? StatusOf(double? state) => state switch
    {
        1 => BrokerStatus.Starting,
        2 => BrokerStatus.Recovering,
        3 => BrokerStatus.Running,
        6 or 7 => BrokerStatus.ShuttingDown,
        _ => null,
    };
}
