namespace StreamSocial.Kafka.Sources;

/// <summary>Where the brokers come from.</summary>
public enum KafkaSource
{
    /// <summary>The first of the others that works.</summary>
    Auto,

    /// <summary>A cluster that runs already: <c>ConnectionStrings:kafka</c>.</summary>
    External,

    /// <summary>Three <c>apache/kafka</c> containers.</summary>
    Containers,

    /// <summary>Three Java processes from <c>KAFKA_HOME</c>.</summary>
    Process,

    /// <summary>Three brokers in memory, in the AppHost's process.</summary>
    Embedded,
}
