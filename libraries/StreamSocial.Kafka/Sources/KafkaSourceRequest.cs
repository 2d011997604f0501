namespace StreamSocial.Kafka.Sources;

/// <summary>What the configuration says about Kafka, as text.</summary>
/// <param name="Source"><c>Kafka:Source</c>; null or empty is auto.</param>
/// <param name="ConnectionString"><c>ConnectionStrings:kafka</c>.</param>
/// <param name="KafkaHome"><c>KAFKA_HOME</c>.</param>
public sealed record KafkaSourceRequest(string? Source, string? ConnectionString, string? KafkaHome);
