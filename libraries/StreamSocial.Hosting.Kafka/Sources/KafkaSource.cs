namespace StreamSocial.Hosting.Kafka.Sources;

/// <summary>Where the brokers come from.</summary>
public enum KafkaSource
{
    /// <summary>The first of the others that works.</summary>
    Auto,

    /// <summary>A cluster that runs already: the connection string is configured.</summary>
    External,

    /// <summary>Containers.</summary>
    Containers,

    /// <summary>Three Java processes from <c>KAFKA_HOME</c>.</summary>
    Process,

    /// <summary>Three brokers in memory, in the AppHost's process.</summary>
    Embedded,
}

/// <summary>What the configuration says about the source, as text.</summary>
/// <param name="Source"><c>Kafka:Source</c>; null or empty is auto.</param>
/// <param name="ConnectionString">Brokers of an external cluster.</param>
/// <param name="KafkaHome"><c>KAFKA_HOME</c>.</param>
public sealed record KafkaSourceRequest(string? Source, string? ConnectionString, string? KafkaHome);

/// <summary>Which source is used.</summary>
/// <param name="Source">Never <see cref="KafkaSource.Auto"/>.</param>
/// <param name="Reason">Why this one, for a person.</param>
public sealed record KafkaSourceChoice(KafkaSource Source, string Reason)
{
    /// <summary>Whether several real brokers share this machine's cores.</summary>
    public bool SharesMachine => Source is KafkaSource.Process or KafkaSource.Containers;
}

/// <summary>Kafka cannot be had as configured. The message is one sentence that says what to do.</summary>
public sealed class KafkaSourceException(string message, Exception? innerException = null) : Exception(message, innerException);
