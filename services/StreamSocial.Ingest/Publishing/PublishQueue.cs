using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace StreamSocial.Ingest.Publishing;

/// <summary>
/// Queue of accepted requests for the sender, in the order of acceptance. Its capacity counts records and their bytes from acceptance to
/// acknowledgement, so that a stalled cluster fills the queue instead of the producers' memory.
/// </summary>
internal sealed class PublishQueue
{
    private readonly Channel<PublishRequest> _channel;

    /// <summary>What is needed of requests in the order of acceptance, without their records: those behind an older one stay here when they are acknowledged.</summary>
    private readonly Queue<(long AcceptedAt, Task Completion)> _unacknowledged = new();
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private readonly long _capacityBytes;
    private long _depth;
    private long _bytes;
    private volatile Error? _closed;

    public PublishQueue(IOptions<IngestOptions> options, TimeProvider time)
    {
        _time = time;
        _capacity = options.Value.QueueCapacityRecords;
        _capacityBytes = options.Value.QueueCapacityBytes;

        // Each request has at least one record, so the capacity in records is reached before the channel is full.
        _channel = Channel.CreateBounded<PublishRequest>(new BoundedChannelOptions(_capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
        });
    }

    /// <summary>Records accepted and not yet acknowledged.</summary>
    public long Depth => Interlocked.Read(ref _depth);

    /// <summary>Time since the acceptance of the oldest unacknowledged request; null if there is none.</summary>
    public TimeSpan? OldestWait
    {
        get
        {
            lock (_unacknowledged)
            {
                while (_unacknowledged.TryPeek(out var oldest))
                {
                    if (!oldest.Completion.IsCompleted)
                        return _time.GetElapsedTime(oldest.AcceptedAt);
                    _unacknowledged.Dequeue();
                }
                return null;
            }
        }
    }

    /// <summary>Reserves capacity for records; false, with nothing reserved, if there is not enough for all.</summary>
    public bool TryReserve(int records, long bytes)
    {
        var fits = Interlocked.Add(ref _depth, records) <= _capacity;
        if (Interlocked.Add(ref _bytes, bytes) <= _capacityBytes && fits)
            return true;
        Release(records, bytes);
        return false;
    }

    /// <summary>Releases capacity.</summary>
    public void Release(int records, long bytes)
    {
        Interlocked.Add(ref _depth, -records);
        Interlocked.Add(ref _bytes, -bytes);
    }

    /// <summary>Why it takes no more requests; null while it does.</summary>
    public Error? Closed => _closed;

    /// <summary>Takes no more requests: nothing can be sent any more. The sender still gets those that it has.</summary>
    public void Close(Error error)
    {
        _closed ??= error;
        _channel.Writer.TryComplete();
    }

    /// <summary>Adds a request whose records have been reserved; false if the queue is closed.</summary>
    public bool TryEnqueue(PublishRequest request)
    {
        if (!_channel.Writer.TryWrite(request))
            return _closed is null ? throw new InvalidOperationException("The queue of requests is full although room for their records was reserved.") : false;
        lock (_unacknowledged)
            _unacknowledged.Enqueue((request.AcceptedAt, request.Completion));
        return true;
    }

    /// <summary>Waits for a request; false when the queue is closed and empty.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Whether a request waits to be taken.</summary>
    public bool HasRequests => _channel.Reader.TryPeek(out _);

    public bool TryDequeue([NotNullWhen(true)] out PublishRequest? request) => _channel.Reader.TryRead(out request);
}
