using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;

namespace StreamSocial.Operations.Log;

/// <summary>Takes records of the log of actions.</summary>
public interface IOperationWriter
{
    /// <summary>Completes when the record is durable. Records keep their order, and one whose wait was cancelled may become durable yet.</summary>
    Task WriteAsync(Operation operation, CancellationToken cancellationToken);
}

/// <summary>Writes them to topic <c>operations</c>.</summary>
/// <param name="producer">Keeps order and loses nothing.</param>
public sealed class TopicOperationWriter(IProducer<byte[]?, byte[]?> producer) : IOperationWriter
{
    public Task WriteAsync(Operation operation, CancellationToken cancellationToken) => producer.ProduceAsync(
        TopicNames.Operations,
        new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(operation.OperationId), Value = operation.ToByteArray() },
        cancellationToken);
}
