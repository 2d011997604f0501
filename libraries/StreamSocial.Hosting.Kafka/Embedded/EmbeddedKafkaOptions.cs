namespace StreamSocial.Hosting.Kafka.Embedded;

/// <summary>How an embedded cluster behaves towards consumer groups.</summary>
public sealed record EmbeddedKafkaOptions
{
    /// <summary>Number of brokers.</summary>
    /// <value>Default 3; 1 to 32.</value>
    public int Brokers { get; init; } = 3;

    /// <summary>Silence after which a member of a KIP-848 group is removed; checked once a second.</summary>
    /// <value>Default 6 s; at least three heartbeats.</value>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Heartbeat interval that the brokers give to members of KIP-848 groups; most of a handover's time.</summary>
    /// <value>Default 0.2 s; at least 10 ms.</value>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Every rule that these values break; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (Brokers is < 1 or > 32)
            yield return $"{nameof(Brokers)} is {Brokers}; use 1 to 32.";
        if (HeartbeatInterval < TimeSpan.FromMilliseconds(10))
            yield return $"{nameof(HeartbeatInterval)} is {HeartbeatInterval}; use at least 10 ms.";
        if (SessionTimeout < 3 * HeartbeatInterval)
            yield return $"{nameof(SessionTimeout)} is {SessionTimeout}; use at least three times {nameof(HeartbeatInterval)} ({HeartbeatInterval}).";
    }
}

/// <summary>librdkafka refused something that the embedded cluster asked of it.</summary>
public sealed class EmbeddedKafkaException(string message) : Exception(message);
