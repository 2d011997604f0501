using System.Text;
using Confluent.Kafka;
using StreamSocial.Ingest.Telemetry;
using StreamSocial.Kafka.Producing;
using StreamSocial.Topics;

namespace StreamSocial.Ingest.Publishing;

/// <summary>
/// The only sender: drains the queue in order, numbers each record on its edge and hands it to its partition's producer. One
/// thread of control, so the order of acceptance is the order in every partition.
/// </summary>
internal sealed partial class PublishLoop(
    PublishQueue queue, ProducerPool pool, Destinations destinations, IngestMetrics metrics, TimeProvider time, ILogger<PublishLoop> logger)
    : BackgroundService
{
    private readonly Dictionary<string, EdgeCounters> _edges =
        destinations.Topics.ToDictionary(topic => topic, topic => new EdgeCounters(destinations.PartitionCountOf(topic)));

    // A new source at each start: its numbers begin at 1 again, and nothing has to remember where the last process ended.
    private readonly string _source = $"ingest/{Guid.CreateVersion7(time.GetUtcNow())}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sourceHeader = Encoding.UTF8.GetBytes(_source);
        var linger = TimeSpan.Zero;
        var lastSend = time.GetTimestamp();
        LogStarted(_source, pool.Count);
        try
        {
            while (await queue.WaitToReadAsync(stoppingToken))
            {
                // Counted from the last send: the first request after a pause goes out at once, the ones behind it gather.
                var wait = linger - time.GetElapsedTime(lastSend);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, time, stoppingToken);
                lastSend = time.GetTimestamp();
                linger = AdaptiveLinger.Next(pool.AckRoundTrip, SendQueued(sourceHeader), pool.Options);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server has ended before this service: what is queued has no one waiting for it, but it was accepted.
            SendQueued(sourceHeader);
        }
    }

    /// <summary>Sends all that is queued.</summary>
    /// <returns>Records for each partition that got any: how full the batches are.</returns>
    private double SendQueued(byte[] sourceHeader)
    {
        foreach (var edges in _edges.Values)
            edges.BeginRound();
        var timestamp = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds(), TimestampType.CreateTime);
        var records = 0;

        // Bounded by what one turn may hold, so that the linger is reconsidered under a steady stream too.
        while (records < pool.Options.MaxInFlightRecords && queue.TryDequeue(out var request))
        {
            Send(request, sourceHeader, timestamp);
            records += request.Records.Length;
        }

        metrics.SendRound(records);
        var partitions = _edges.Values.Sum(edges => edges.PartitionsInRound);
        return partitions == 0 ? 0 : (double)records / partitions;
    }

    private void Send(PublishRequest request, byte[] sourceHeader, Timestamp timestamp)
    {
        var edges = _edges[request.Topic];
        var records = request.Records;
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            var headers = new Headers
            {
                { RecordHeaders.EdgeSource, sourceHeader },
                { RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(edges.Next(record.Partition)) },
            };
            if (record.Span?.Id is { } traceParent)
                headers.Add(RecordHeaders.TraceParent, Encoding.UTF8.GetBytes(traceParent));
            var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Timestamp = timestamp, Headers = headers };
            try
            {
                pool.Send(request.Topic, record.Partition, message, request, i);
            }
            catch (KafkaException e)
            {
                // Its number is used up, so this source has a gap that no later record may follow: the process ends, a new one is a new source.
                Environment.ExitCode = 1;
                LogRefused(request.Topic, record.Partition, e.Error.Reason);
                for (var unsent = i; unsent < records.Length; unsent++)
                    request.OnDelivered(unsent, -1, e.Error);
                throw;
            }
        }

        metrics.Sent(request.Topic, records.Length);
    }

    [LoggerMessage(LogLevel.Information, "Writing as edge source {Source} through {Producers} producers")]
    private partial void LogStarted(string source, int producers);

    [LoggerMessage(LogLevel.Critical, "A producer refused a record for {Topic} [{Partition}]: {Reason}. Ending the process")]
    private partial void LogRefused(string topic, int partition, string reason);
}
