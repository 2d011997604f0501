using System.Diagnostics;
using Confluent.Kafka;

namespace StreamSocial.Kafka.Producing;

/// <summary>
/// Passes a partition's records to its producer while none are in flight, and as long as the producer still gathers them. Later records wait and
/// leave as one batch when those are acknowledged. So a slower cluster automatically gets fuller batches.
/// </summary>
/// <remarks>
/// An idempotent producer of librdkafka sends nothing more to a partition that has five requests in flight, and polls without a pause until it
/// may: each such partition keeps a thread busy while the brokers work, and takes the cores from brokers on the same machine.
/// <para>
/// Behind a record that was not delivered nothing follows until <see cref="Reopen"/>: the receiver would take the gap for a loss.
/// </para>
/// </remarks>
internal sealed class PartitionSendBuffer(
    IProducer<byte[]?, byte[]?> producer, TopicPartition destination, Action<OutgoingMessage, DeliveryReport<byte[]?, byte[]?>> delivered,
    Action<OutgoingMessage, Error> refused)
{
    /// <summary>Time after which a buffer whose producer had no room tries again.</summary>
    private static readonly TimeSpan QueueFullWait = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// So much less than the producer's linger that records passed on together leave together, even if the system takes the processor from this thread
    /// meanwhile: one that comes too late keeps a thread of librdkafka busy until the others are acknowledged.
    /// </summary>
    private static readonly TimeSpan Open = KafkaClientSettings.Linger * 0.1;

    private readonly Lock _lock = new();
    private readonly Queue<(OutgoingMessage Message, int Opening)> _waiting = new();
    private int _inFlight;
    private long _taken;
    private long _openedAt;
    private Error? _failure;
    private int _opening;

    /// <summary>Records that were passed on or queued. Readable from any thread.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Passes a record on or queues it. Returns at once.</summary>
    /// <exception cref="KafkaException">The producer rejected the record for good, or did not deliver an earlier one; it is not queued.</exception>
    public void Send(in OutgoingMessage message)
    {
        lock (_lock)
        {
            if (_failure is not null)
                throw new KafkaException(_failure);
            if (_waiting.Count > 0 || !IsOpen() || !TryProduce(message, _opening))
                _waiting.Enqueue((message, _opening));
            _taken++;
            if (_inFlight == 0)
                TryLater();
        }
    }

    /// <summary>Takes records again after one was not delivered.</summary>
    public void Reopen()
    {
        lock (_lock)
        {
            _failure = null;
            _opening++;
        }
    }

    private void OnDelivered(in OutgoingMessage message, DeliveryReport<byte[]?, byte[]?> report, int opening)
    {
        // Before the sender is told: what it sends from then on must not follow.
        if (report.Error.IsError)
        {
            lock (_lock)
                Fail(report.Error, opening);
        }
        delivered(message, report);
        lock (_lock)
        {
            if (--_inFlight == 0)
                Release();
        }
    }

    private bool IsOpen() => _inFlight == 0 || Stopwatch.GetElapsedTime(_openedAt) < Open;

    /// <summary>Passes all waiting records on.</summary>
    private void Release()
    {
        while (IsOpen() && _waiting.TryPeek(out var next))
        {
            try
            {
                if (!TryProduce(next.Message, next.Opening))
                    break;
                _waiting.Dequeue();
            }
            catch (KafkaException e)
            {
                Fail(e.Error, next.Opening);
            }
        }

        if (_inFlight == 0 && _waiting.Count > 0)
            TryLater();
    }

    /// <summary>Refuses what was to follow a record. What was sent before a reopening says nothing about what came after it.</summary>
    /// <param name="error">Why the record was not delivered.</param>
    /// <param name="opening">The reopenings before it was sent.</param>
    private void Fail(Error error, int opening)
    {
        if (opening == _opening)
            _failure = error;
        while (_waiting.TryPeek(out var next) && next.Opening <= opening)
        {
            _waiting.Dequeue();
            refused(next.Message, error);
        }
    }

    /// <summary>Nothing is in flight whose acknowledgement would release the buffer, so a timer must.</summary>
    private void TryLater() => Task.Delay(QueueFullWait).ContinueWith(
        _ =>
        {
            lock (_lock)
            {
                if (_inFlight == 0)
                    Release();
            }
        },
        TaskScheduler.Default);

    /// <returns>False when the producer's queue is full.</returns>
    private bool TryProduce(OutgoingMessage message, int opening)
    {
        try
        {
            producer.Produce(destination, message.Message, report => OnDelivered(message, report, opening));
            if (_inFlight++ == 0)
                _openedAt = Stopwatch.GetTimestamp();
            return true;
        }
        catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }
}
