using Confluent.Kafka;

namespace StreamSocial.Kafka.Producing;

/// <summary>Takes records for partitions; the order of one partition's records is the order of the calls.</summary>
public interface IRecordSender
{
    /// <summary>Hands a record over. The handler is called once, with the same token, when its fate is known.</summary>
    /// <exception cref="KafkaException">The record was refused for good; the handler is not called.</exception>
    void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token);
}
