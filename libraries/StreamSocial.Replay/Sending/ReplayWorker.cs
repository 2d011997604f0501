using System.Threading.Channels;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay.Sending;

/// <summary>Sends the batches of the keys assigned to it, one after another.</summary>
internal sealed class ReplayWorker
{
    private readonly Channel<ReplayBatch> _queue;
    private readonly BatchSender _sender;
    private readonly InFlightWindow _window;
    private readonly KeyAssignment _keys;
    private readonly TimeProvider _time;
    private readonly int _batchSize;
    private ReplayBatch? _openActions;
    private ReplayBatch? _openInteractions;
    private long _actions;
    private long _interactions;
    private long _retries;

    public ReplayWorker(HttpClient http, ReplayOptions options, InFlightWindow window, KeyAssignment keys, TimeProvider time)
    {
        _window = window;
        _keys = keys;
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

    /// <summary>Adds an event. Waits only if that fills a batch and the queue is full.</summary>
    public ValueTask AddAsync(ReplayEvent replayEvent, CancellationToken cancellationToken) =>
        replayEvent is ReplayAction ? AddAsync(ref _openActions, replayEvent, cancellationToken) : AddAsync(ref _openInteractions, replayEvent, cancellationToken);

    /// <summary>Queues the batches that are not full yet.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await QueueAsync(ref _openActions, cancellationToken);
        await QueueAsync(ref _openInteractions, cancellationToken);
    }

    /// <summary>Marks the end of the events.</summary>
    public void Complete() => _queue.Writer.Complete();

    /// <summary>Sends until the queue is complete and empty.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in _queue.Reader.ReadAllAsync(cancellationToken))
        {
            await _window.EnterAsync(cancellationToken);
            var (start, retries) = (_time.GetTimestamp(), Retries);
            Bytes += await _sender.SendAsync(batch, cancellationToken);
            var elapsed = _time.GetElapsedTime(start);
            _window.Leave(elapsed, wasRefused: Retries > retries);
            _keys.Release(batch.Keys);
            Latencies.Record(elapsed);
            Requests++;
            if (batch.HoldsActions)
                Interlocked.Add(ref _actions, batch.Count);
            else
                Interlocked.Add(ref _interactions, batch.Count);
        }
    }

    // Actions and interactions go to different topics, so no order has to be kept between them.
    private ValueTask AddAsync(ref ReplayBatch? open, ReplayEvent replayEvent, CancellationToken cancellationToken)
    {
        if (open is null)
            open = new ReplayBatch(replayEvent, _batchSize);
        else
            open.Add(replayEvent);
        return open.Count >= _batchSize ? QueueAsync(ref open, cancellationToken) : ValueTask.CompletedTask;
    }

    private ValueTask QueueAsync(ref ReplayBatch? open, CancellationToken cancellationToken)
    {
        if (open is not { } batch)
            return ValueTask.CompletedTask;
        open = null;
        return _queue.Writer.WriteAsync(batch, cancellationToken);
    }
}
