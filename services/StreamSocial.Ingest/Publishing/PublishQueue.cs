using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace StreamSocial.Ingest.Publishing;

/// <summary>
/// The requests that wait for the writer, in the order of their acceptance. Its bound counts records from acceptance to
/// acknowledgement, so that a stalled cluster fills it instead of the producers' memory.
/// </summary>
internal sealed class PublishQueue
{
    private readonly Channel<PublishRequest> _channel;
    private readonly Queue<PublishRequest> _unacknowledged = new();
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private long _depth;

    public PublishQueue(IOptions<IngestOptions> options, TimeProvider time)
    {
        _time = time;
        _capacity = options.Value.QueueCapacityRecords;

        // Each request has at least one record, so the count of records fills up before the channel does.
        _channel = Channel.CreateBounded<PublishRequest>(new BoundedChannelOptions(_capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
        });
    }

    /// <summary>Records accepted and not yet acknowledged.</summary>
    public long Depth => Interlocked.Read(ref _depth);

    /// <summary>Time since the acceptance of the oldest request that is not yet acknowledged; null when there is none.</summary>
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

    /// <summary>Takes room for records; false, and nothing taken, when there is not enough for all.</summary>
    public bool TryReserve(int records)
    {
        if (Interlocked.Add(ref _depth, records) <= _capacity)
            return true;
        Release(records);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Release(int records) => Interlocked.Add(ref _depth, -records);

    /// <summary>Adds a request for whose records there is a reservation.</summary>
    public void Enqueue(PublishRequest request)
    {
        if (!_channel.Writer.TryWrite(request))
            throw new InvalidOperationException("The queue of requests is full although room for their records was reserved.");
        lock (_unacknowledged)
            _unacknowledged.Enqueue(request);
    }

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    public bool TryDequeue([NotNullWhen(true)] out PublishRequest? request) => _channel.Reader.TryRead(out request);
}
