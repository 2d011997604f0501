namespace StreamSocial.Replay.Sending;

/// <summary>Ingest refused a batch for good, or did not take it in time. The events acknowledged before it are in Kafka.</summary>
public sealed class ReplayException(string message, Exception? innerException = null) : Exception(message, innerException);
