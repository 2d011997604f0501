using System.Text;
using Confluent.Kafka;
using StreamSocial.Ingest.Telemetry;
using StreamSocial.Kafka.Producing;
using StreamSocial.Topics;

namespace StreamSocial.Ingest.Publishing;

/// <summary>
/// Sends all records: drains the queue in order, numbers each record on its edge and hands it to its partition's producer. It is the only
/// sender, so records are in every partition in the order of acceptance.
/// </summary>
internal sealed partial class PublishLoop(
    PublishQueue queue, ProducerPool pool, Destinations destinations, IngestMetrics metrics, TimeProvider time, ILogger<PublishLoop> logger)
    : BackgroundService
{
    private readonly AdaptiveLinger _linger = new(pool.Options, time);
    private readonly Dictionary<string, EdgeCounters> _edges =
        destinations.Topics.ToDictionary(topic => topic, topic => new EdgeCounters(destinations.PartitionCountOf(topic)));

    private byte[] _source = [];
    private DateTimeOffset _sourceBegan;
    private long _sourceBeganAt;

    /// <summary>
    /// By the time that has passed or by how far the clock is from where it was, whichever is more: a clock may be set, receivers forget by others, and passed time
    /// stands still while the machine sleeps.
    /// </summary>
    private bool IsSourceOld =>
        time.GetElapsedTime(_sourceBeganAt) >= destinations.SourceLifetime || (time.GetUtcNow() - _sourceBegan).Duration() >= destinations.SourceLifetime;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        BeginSource();
        try
        {
            await SendAllAsync(stoppingToken);
        }
        catch (Exception e)
        {
            // Nobody takes requests from the queue any more: those who wait for them need not wait until they time out.
            var error = ErrorOf(e);
            queue.Close(error);
            while (queue.TryDequeue(out var request))
                request.Refuse(error);
            throw;
        }
    }

    private async Task SendAllAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await queue.WaitToReadAsync(stoppingToken))
            {
                await _linger.WaitAsync(() => pool.IsQuiet, stoppingToken);
                _linger.Restart();
                _linger.Adapt(pool.AckRoundTrip, SendQueued());
            }
            throw new KafkaException(queue.Closed!);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server has stopped before this service, so no client waits any more, but the queued requests were accepted.
            while (queue.HasRequests)
                SendQueued();
        }
    }

    /// <summary>Sends the queued requests.</summary>
    /// <returns>Average number of records per partition that got any: how full the batches are.</returns>
    private double SendQueued()
    {
        // What the old source sent may still be under way, and stays in its order: nothing is reopened.
        if (IsSourceOld)
            TakeName();
        foreach (var edges in _edges.Values)
            edges.BeginRound();
        var timestamp = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds(), TimestampType.CreateTime);
        var records = 0;

        // Bounded, so that the linger is recalculated under a steady stream too.
        while (records < pool.Options.MaxInFlightRecords && queue.TryDequeue(out var request))
        {
            Send(request, timestamp);
            records += request.Records.Length;
        }

        metrics.SendRound(records);
        var partitions = _edges.Values.Sum(edges => edges.PartitionsInRound);
        return partitions == 0 ? 0 : (double)records / partitions;
    }

    private void Send(PublishRequest request, Timestamp timestamp)
    {
        for (var i = 0; i < request.Records.Length; i++)
        {
            if (TrySend(request, i, timestamp) is null)
                continue;
            // Its number is used, so no later record may follow from this source. It may be an earlier one that was refused.
            BeginSource();
            if (TrySend(request, i, timestamp) is not { } error)
                continue;
            LogRefused(request.Topic, request.Records[i].Partition, error.Reason);
            request.Refuse(error, from: i);
            if (pool.FatalError is not null)
                throw new KafkaException(error);
            BeginSource();
            return;
        }

        metrics.Sent(request.Topic, request.Records.Length);
    }

    /// <returns>Why the record cannot be sent; null when it is sent.</returns>
    private Error? TrySend(PublishRequest request, int index, Timestamp timestamp)
    {
        ref readonly var record = ref request.Records[index];
        var headers = new Headers
        {
            { RecordHeaders.EdgeSource, _source },
            { RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(_edges[request.Topic].Next(record.Partition)) },
        };
        if (record.Span?.Id is { } traceParent)
            headers.Add(RecordHeaders.TraceParent, Encoding.UTF8.GetBytes(traceParent));
        var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Timestamp = timestamp, Headers = headers };
        try
        {
            pool.Send(request.Topic, record.Partition, message, request, index);
            return null;
        }
        catch (KafkaException e)
        {
            return e.Error;
        }
        catch (Exception e)
        {
            // It ends the sender, and the request is in the queue no more.
            LogRefused(request.Topic, record.Partition, e.Message);
            request.Refuse(ErrorOf(e), from: index);
            throw;
        }
    }

    private static Error ErrorOf(Exception exception) =>
        exception is KafkaException known ? known.Error : new Error(ErrorCode.Local_Fail, exception.Message);

    /// <summary>Begins a source whose numbers begin at 1. So nothing has to be remembered across processes, nor what became of a record that was refused.</summary>
    private void BeginSource()
    {
        TakeName();
        pool.Reopen();
    }

    private void TakeName()
    {
        var source = $"ingest/{Guid.CreateVersion7(time.GetUtcNow())}";
        _source = Encoding.UTF8.GetBytes(source);
        (_sourceBegan, _sourceBeganAt) = (time.GetUtcNow(), time.GetTimestamp());
        foreach (var edges in _edges.Values)
            edges.Restart();
        LogSource(source, pool.Count);
    }

    [LoggerMessage(LogLevel.Information, "Writing as edge source {Source} through {Producers} producers")]
    private partial void LogSource(string source, int producers);

    [LoggerMessage(LogLevel.Error, "A record for {Topic} [{Partition}] was refused: {Reason}")]
    private partial void LogRefused(string topic, int partition, string reason);
}

/// <summary>
/// Sequence numbers of the edges from this instance to the partitions of one topic, and the number of edges used in one round of the sender.
/// Not thread-safe; used by the sender only.
/// </summary>
internal sealed class EdgeCounters(int partitions)
{
    private readonly long[] _last = new long[partitions];
    private readonly long[] _lastRound = new long[partitions];

    /// <summary>Number of distinct partitions in the current round.</summary>
    public int PartitionsInRound { get; private set; }

    private long _round = 1;

    /// <summary>Starts a new round.</summary>
    public void BeginRound()
    {
        _round++;
        PartitionsInRound = 0;
    }

    /// <summary>Begins all numbers at 1 again.</summary>
    public void Restart() => Array.Clear(_last);

    /// <summary>Takes the next number of an edge: 1, 2, 3, …</summary>
    public long Next(int partition)
    {
        if (_lastRound[partition] != _round)
        {
            _lastRound[partition] = _round;
            PartitionsInRound++;
        }

        return ++_last[partition];
    }
}
