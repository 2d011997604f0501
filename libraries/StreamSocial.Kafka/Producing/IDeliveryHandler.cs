using Confluent.Kafka;

namespace StreamSocial.Kafka.Producing;

/// <summary>Is told what became of a record.</summary>
public interface IDeliveryHandler
{
    /// <summary>
    /// Called once for each record, on a librdkafka thread or on one that flushes, even on both at the same time and so in no certain
    /// order: return at once.
    /// </summary>
    /// <param name="token">What the sender passed.</param>
    /// <param name="offset">Offset of the record; -1 when it was not delivered.</param>
    /// <param name="error">Null when the brokers acknowledged it. An error is final: delivery time is unlimited, so nothing else ends a try.</param>
    void OnDelivered(long token, long offset, Error? error);
}
