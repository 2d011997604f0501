using Confluent.Kafka;

namespace StreamSocial.Kafka.Producing;

/// <summary>Sends records to partitions; a partition's records are written in the order of the calls.</summary>
public interface IRecordSender
{
    /// <summary>Sends a record. The handler is called once, with the same token, when the record is acknowledged or has failed.</summary>
    /// <exception cref="KafkaException">The record cannot be sent; the handler is not called.</exception>
    void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token);
}

/// <summary>Receives the results of sent records.</summary>
public interface IDeliveryHandler
{
    /// <summary>
    /// Called once for each record, on a librdkafka thread or a thread that flushes, possibly on both at once and so in no defined order. Must
    /// return quickly.
    /// </summary>
    /// <param name="token">The token passed with the record.</param>
    /// <param name="offset">Offset of the record; -1 if it was not delivered.</param>
    /// <param name="error">Null if the brokers acknowledged it. An error is final, because delivery time is unlimited.</param>
    void OnDelivered(long token, long offset, Error? error);
}

/// <summary>A record in flight, with the handler of its result.</summary>
/// <param name="Message">The record.</param>
/// <param name="Handler">Called once with the result.</param>
/// <param name="Token">The token passed with the record.</param>
/// <param name="SentAt">When it was handed over, as a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
internal readonly record struct OutgoingMessage(Message<byte[]?, byte[]?> Message, IDeliveryHandler Handler, long Token, long SentAt)
{
    /// <summary>Bytes of key and value.</summary>
    public int Bytes => (Message.Key?.Length ?? 0) + (Message.Value?.Length ?? 0);
}
