using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;

namespace StreamSocial.Kafka.Producing;

/// <summary>
/// Sends the few records of the control plane through one producer; what comes for a partition while its last records are under way waits
/// (<see cref="PartitionSendBuffer"/>). <see cref="ProducerPool"/> is the same for the data.
/// </summary>
/// <param name="producer">The producer; it belongs to the caller.</param>
public sealed class BufferedSender(IProducer<byte[]?, byte[]?> producer) : IRecordSender
{
    private static readonly TimeSpan FlushStep = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<(string Topic, int Partition), PartitionSendBuffer> _buffers = new();
    private int _inFlight;

    public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            _buffers.GetOrAdd((topic, partition), static (key, sender) => sender.CreateBuffer(key.Topic, key.Partition), this)
                .Send(new OutgoingMessage(message, handler, token, Stopwatch.GetTimestamp()));
        }
        catch
        {
            Interlocked.Decrement(ref _inFlight);
            throw;
        }
    }

    /// <summary>Waits until everything is acknowledged, for at most <paramref name="timeout"/>.</summary>
    public void Flush(TimeSpan timeout)
    {
        var started = Stopwatch.GetTimestamp();
        // Again and again: an acknowledgement lets what waits in the buffers go.
        while (Volatile.Read(ref _inFlight) > 0 && Stopwatch.GetElapsedTime(started) < timeout)
            producer.Flush(FlushStep);
    }

    private PartitionSendBuffer CreateBuffer(string topic, int partition) => new(
        producer, new TopicPartition(topic, partition),
        (sent, report) => Complete(sent, report.Error.IsError ? -1 : report.Offset.Value, report.Error.IsError ? report.Error : null),
        (refused, error) => Complete(refused, -1, error));

    private void Complete(in OutgoingMessage message, long offset, Error? error)
    {
        Interlocked.Decrement(ref _inFlight);
        message.Handler.OnDelivered(message.Token, offset, error);
    }
}
