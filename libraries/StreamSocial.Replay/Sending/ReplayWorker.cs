using System.Threading.Channels;

namespace StreamSocial.Replay.Sending;

/// <summary>Sends the batches of its share of the keys, one after the other.</summary>
internal sealed class ReplayWorker
{
    private readonly Channel<ReplayBatch> _queue;
    private readonly BatchSender _sender;
    private readonly TimeProvider _time;
    private readonly int _batchSize;
    private ReplayBatch? _open;
    private long _actions;
    private long _interactions;
    private long _retries;

    public ReplayWorker(HttpClient http, ReplayOptions options, TimeProvider time)
    {
        _time = time;
        _batchSize = options.BatchSize;
        _sender = new BatchSender(http, options, time, () => Interlocked.Increment(ref _retries));
        _queue = Channel.CreateBounded<ReplayBatch>(new BoundedChannelOptions(options.QueuedBatchesPerWorker)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = true,
        });
    }

    public long Actions => Volatile.Read(ref _actions);

    public long Interactions => Volatile.Read(ref _interactions);

    public long Retries => Volatile.Read(ref _retries);

    public long Requests { get; private set; }

    public long Bytes { get; private set; }

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Adds an event; waits only when a batch became full and the queue is too.</summary>
    public async ValueTask AddAsync(Messages.ReplayEvent replayEvent, CancellationToken cancellationToken)
    {
        // A worker has one request in flight, so an action and an interaction never overtake each other either.
        if (_open is not null && !_open.Accepts(replayEvent))
            await FlushAsync(cancellationToken);
        if (_open is null)
            _open = new ReplayBatch(replayEvent, _batchSize);
        else
            _open.Add(replayEvent);
        if (_open.Count >= _batchSize)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Queues the batch that is being filled.</summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_open is not { } batch)
            return ValueTask.CompletedTask;
        _open = null;
        return _queue.Writer.WriteAsync(batch, cancellationToken);
    }

    /// <summary>Says that no more events come.</summary>
    public void Complete() => _queue.Writer.Complete();

    /// <summary>Sends until the queue is complete and empty.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in _queue.Reader.ReadAllAsync(cancellationToken))
        {
            var start = _time.GetTimestamp();
            Bytes += await _sender.SendAsync(batch, cancellationToken);
            Latencies.Record(_time.GetElapsedTime(start));
            Requests++;
            if (batch.HoldsActions)
                Interlocked.Add(ref _actions, batch.Count);
            else
                Interlocked.Add(ref _interactions, batch.Count);
        }
    }
}
