using Confluent.Kafka;

namespace Aspire.Confluent.Kafka;

/// <summary>Settings of a Kafka consumer, from <c>Aspire:Confluent:Kafka:Consumer</c> and its section named like the connection.</summary>
public sealed class KafkaConsumerSettings
{
    /// <summary>Bootstrap servers; <c>ConnectionStrings:{name}</c> goes before the section's.</summary>
    public string? ConnectionString { get; set; }

    public ConsumerConfig Config { get; } = new();

    public bool DisableHealthChecks { get; set; }

    public bool DisableMetrics { get; set; }

    public bool DisableTracing { get; set; }
}
