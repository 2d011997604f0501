using Confluent.Kafka;

namespace Aspire.Confluent.Kafka;

/// <summary>Settings of a Kafka consumer, from <c>Aspire:Confluent:Kafka:Consumer</c> and its section named like the connection.</summary>
public sealed class KafkaConsumerSettings
{
    /// <summary>Bootstrap servers; <c>ConnectionStrings:{name}</c> takes precedence over the section's.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Properties of the client.</summary>
    public ConsumerConfig Config { get; } = new();

    /// <summary>Whether there are no metrics of the client.</summary>
    /// <value>Default false.</value>
    public bool DisableMetrics { get; set; }

    /// <summary>Whether there is no health check of the client.</summary>
    /// <value>Default false.</value>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Whether there are no spans of the client.</summary>
    /// <value>Default false.</value>
    public bool DisableTracing { get; set; }

    internal void Consolidate() => KafkaClients.Consolidate(Config, ConnectionString, DisableMetrics);

    /// <exception cref="InvalidOperationException">There are no brokers, or there is no group.</exception>
    internal void Validate()
    {
        if (Config.BootstrapServers is null)
            throw new InvalidOperationException("No bootstrap servers configured.");
        if (Config.GroupId is null)
            throw new InvalidOperationException("No group id configured.");
    }
}

/// <summary>Settings of a Kafka producer, from <c>Aspire:Confluent:Kafka:Producer</c> and its section named like the connection.</summary>
public sealed class KafkaProducerSettings
{
    /// <summary>Bootstrap servers; <c>ConnectionStrings:{name}</c> takes precedence over the section's.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Properties of the client.</summary>
    public ProducerConfig Config { get; } = new();

    /// <summary>Whether there are no metrics of the client.</summary>
    /// <value>Default false.</value>
    public bool DisableMetrics { get; set; }

    /// <summary>Whether there is no health check of the client.</summary>
    /// <value>Default false.</value>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Whether there are no spans of the client.</summary>
    /// <value>Default false.</value>
    public bool DisableTracing { get; set; }

    internal void Consolidate() => KafkaClients.Consolidate(Config, ConnectionString, DisableMetrics);

    /// <exception cref="InvalidOperationException">There are no brokers.</exception>
    internal void Validate()
    {
        if (Config.BootstrapServers is null)
            throw new InvalidOperationException("No bootstrap servers configured.");
    }
}
