namespace StreamSocial.Kafka.Sources;

/// <summary>Kafka cannot be had as configured. The message is one sentence that says what to do.</summary>
public sealed class KafkaSourceException(string message, Exception? innerException = null) : Exception(message, innerException);
