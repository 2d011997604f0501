using Confluent.Kafka;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Streams.Reporting;

/// <summary>Sends what a member says of itself, a few records a second, through a producer of the control plane instead of the pool that carries the data.</summary>
internal sealed class ReportSender(IProducer<byte[]?, byte[]?> producer) : IRecordSender
{
    /// <summary>Key of the producer's registration.</summary>
    public const string ProducerName = "reports";

    public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) => producer.Produce(
        new TopicPartition(topic, partition), message, report => handler.OnDelivered(token, report.Offset.Value, report.Error.IsError ? report.Error : null));

    /// <summary>Waits until everything is acknowledged, for at most <paramref name="timeout"/>.</summary>
    public void Flush(TimeSpan timeout) => producer.Flush(timeout);
}
