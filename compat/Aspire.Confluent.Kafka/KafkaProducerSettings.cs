using Confluent.Kafka;

namespace Aspire.Confluent.Kafka;

/// <summary>Settings of a Kafka producer, from <c>Aspire:Confluent:Kafka:Producer</c> and its section named like the connection.</summary>
public sealed class KafkaProducerSettings
{
    /// <summary>Bootstrap servers; <c>ConnectionStrings:{name}</c> goes before the section's.</summary>
    public string? ConnectionString { get; set; }

    public ProducerConfig Config { get; } = new();

    public bool DisableHealthChecks { get; set; }

    public bool DisableMetrics { get; set; }

    public bool DisableTracing { get; set; }
}
