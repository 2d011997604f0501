using Confluent.Kafka;

namespace StreamSocial.Kafka.Processes;

/// <summary>Asks one broker whether it serves. Thread-safe.</summary>
public sealed class KraftNodeProbe : IDisposable
{
    private readonly KraftNode _node;
    private readonly Lazy<IAdminClient> _admin;

    public KraftNodeProbe(KraftNode node)
    {
        _node = node;
        // What the client says of refused connections is ordinary while the broker starts.
        _admin = new(() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = node.Address, ClientId = $"health-{node.Id}", ReconnectBackoffMaxMs = 500 })
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build());
    }

    /// <summary>Why the broker does not serve; null when it answers a metadata request and the cluster knows it.</summary>
    public string? FindProblem(TimeSpan timeout)
    {
        try
        {
            var metadata = _admin.Value.GetMetadata("", timeout);
            return metadata.Brokers.Exists(broker => broker.BrokerId == _node.Id)
                ? null
                : $"broker {_node.Id} at {_node.Address} answers, but is not yet in the cluster of {metadata.Brokers.Count}";
        }
        catch (KafkaException e)
        {
            return $"broker {_node.Id} at {_node.Address} does not answer: {e.Error.Reason}";
        }
    }

    public void Dispose()
    {
        if (_admin.IsValueCreated)
            _admin.Value.Dispose();
    }
}
