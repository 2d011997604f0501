namespace StreamSocial.Kafka.Embedded;

/// <summary>librdkafka refused something that the embedded cluster asked of it.</summary>
public sealed class EmbeddedKafkaException(string message) : Exception(message);
