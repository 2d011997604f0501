using Confluent.Kafka;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Streams.Emitting;

/// <summary>One send of a task's outputs: done when every record of it is acknowledged.</summary>
/// <param name="nextOffset">Input position that the outputs up to here cover.</param>
/// <param name="onFailed">Called on a librdkafka thread when a record cannot be delivered.</param>
internal sealed class FlushMark(long nextOffset, Action<Error> onFailed) : IDeliveryHandler
{
    // Starts at one for the sender, so that early acknowledgements do not complete a send that is still going on.
    private int _outstanding = 1;

    public long NextOffset { get; } = nextOffset;

    public bool IsAcknowledged => Volatile.Read(ref _outstanding) == 0;

    public void AddRecord() => Interlocked.Increment(ref _outstanding);

    /// <summary>The sender has handed over all records.</summary>
    public void Seal() => Interlocked.Decrement(ref _outstanding);

    public void OnDelivered(long token, long offset, Error? error)
    {
        if (error is not null)
            onFailed(error);
        else
            Interlocked.Decrement(ref _outstanding);
    }
}
