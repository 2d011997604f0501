using System.Diagnostics;
using Confluent.Kafka;

namespace StreamSocial.Kafka.Producing;

/// <summary>
/// Lets a partition's records through to its producer while none are under way, and for as long as the producer still gathers them; what
/// comes later waits and goes as one batch when those are acknowledged. So a slower cluster gets fuller batches by itself.
/// </summary>
/// <remarks>
/// An idempotent producer of librdkafka sends nothing more to a partition that has five messages under way, and asks itself without a
/// pause whether it may by now: each such partition keeps a thread busy for as long as the brokers take, which takes the cores from
/// brokers on the same machine.
/// </remarks>
internal sealed class PartitionSendBuffer(
    IProducer<byte[]?, byte[]?> producer, TopicPartition destination, Action<OutgoingMessage, DeliveryReport<byte[]?, byte[]?>> delivered,
    Action<OutgoingMessage, Error> refused)
{
    /// <summary>Time after which a buffer whose producer had no room tries again.</summary>
    private static readonly TimeSpan QueueFullWait = TimeSpan.FromMilliseconds(5);

    /// <summary>Somewhat less than the producer's linger, so that what is let through together leaves together.</summary>
    private static readonly TimeSpan Open = KafkaClientSettings.Linger * 0.8;

    private readonly Lock _lock = new();
    private readonly Queue<OutgoingMessage> _waiting = new();
    private int _underWay;
    private long _openedAt;

    /// <exception cref="KafkaException">The record was refused for good; it is not taken.</exception>
    public void Send(in OutgoingMessage message)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 || !IsOpen() || !TryProduce(message))
                _waiting.Enqueue(message);
            if (_underWay == 0)
                TryLater();
        }
    }

    private void OnDelivered(in OutgoingMessage message, DeliveryReport<byte[]?, byte[]?> report)
    {
        delivered(message, report);
        lock (_lock)
        {
            if (--_underWay == 0)
                Release();
        }
    }

    private bool IsOpen() => _underWay == 0 || Stopwatch.GetElapsedTime(_openedAt) < Open;

    /// <summary>Lets all through that waits.</summary>
    private void Release()
    {
        while (_waiting.TryPeek(out var next))
        {
            try
            {
                if (!TryProduce(next))
                    break;
                _waiting.Dequeue();
            }
            catch (KafkaException e)
            {
                // Nothing may follow it, or the partition would have a gap.
                while (_waiting.TryDequeue(out next))
                    refused(next, e.Error);
            }
        }

        if (_underWay == 0 && _waiting.Count > 0)
            TryLater();
    }

    /// <summary>Nothing is under way that would call again, so a clock must.</summary>
    private void TryLater() => Task.Delay(QueueFullWait).ContinueWith(
        _ =>
        {
            lock (_lock)
            {
                if (_underWay == 0)
                    Release();
            }
        },
        TaskScheduler.Default);

    /// <returns>False when the producer's queue is full.</returns>
    private bool TryProduce(OutgoingMessage message)
    {
        try
        {
            producer.Produce(destination, message.Message, report => OnDelivered(message, report));
            if (_underWay++ == 0)
                _openedAt = Stopwatch.GetTimestamp();
            return true;
        }
        catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }
}
