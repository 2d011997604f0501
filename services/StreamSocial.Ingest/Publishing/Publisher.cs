using Confluent.Kafka;
using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Health;
using StreamSocial.Ingest.Retention;
using StreamSocial.Ingest.Telemetry;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Ingest.Publishing;

/// <summary>Accepts the records of a request as a whole or not at all, and waits for the brokers' acknowledgement.</summary>
internal sealed class Publisher(
    PublishQueue queue, ProducerPool pool, IRetentionGuard retention, BrokerProbe probe, IngestMetrics metrics, IOptions<IngestOptions> options, TimeProvider time)
{
    /// <summary>Share of <see cref="IngestOptions.AckTimeout"/> for which the oldest request may have waited when a new one is accepted.</summary>
    private const double MaxWaitShare = 0.75;

    public async Task<PublishOutcome> PublishAsync(string topic, OutgoingRecord[] records)
    {
        if (probe.Problem is { } problem)
            return new(PublishStatus.NotReady, problem);
        // So the sender ends too, and with it the process.
        if (pool.FatalError is { } fatal)
            queue.Close(fatal);
        if (queue.Closed is { } closed)
            return Broken(closed);
        if (queue.OldestWait is { } wait && wait > options.Value.AckTimeout * MaxWaitShare)
            return new(PublishStatus.BrokersBehind, $"Kafka has not acknowledged what was accepted {wait.TotalSeconds:0.#} s ago. Nothing of this request was written.");
        var bytes = records.Sum(static record => (long)record.LogBytes);
        if (!queue.TryReserve(records.Length, bytes))
            return new(PublishStatus.QueueFull, "More records or bytes wait for Kafka than this instance holds. Nothing of this request was written.");
        if (retention.Admit(topic, records) is { } refusal)
        {
            queue.Release(records.Length, bytes);
            return refusal;
        }

        for (var i = 0; i < records.Length; i++)
            records[i] = records[i] with { Span = ProducerSpans.Start(topic, records[i].Partition) };
        var request = new PublishRequest(topic, records)
        {
            AcceptedAt = time.GetTimestamp(),
            RecordDone = retention.IsBounded ? retention.Done : null,
            Done = done => queue.Release(done.Records.Length, bytes),
        };
        if (!queue.TryEnqueue(request))
        {
            var error = queue.Closed!;
            request.Refuse(error);
            return Broken(error);
        }
        var outcome = await WaitAsync(request);
        if (outcome.Status == PublishStatus.Acknowledged)
            metrics.Accepted(topic, records.Length, time.GetElapsedTime(request.AcceptedAt));
        return outcome;
    }

    private static PublishOutcome Broken(Error error) =>
        new(PublishStatus.NotReady, $"This instance can send nothing any more and ends: {error.Reason}. Nothing of this request was written.");

    private async Task<PublishOutcome> WaitAsync(PublishRequest request)
    {
        try
        {
            return await request.Completion.WaitAsync(options.Value.AckTimeout, time);
        }
        catch (TimeoutException)
        {
            return new(PublishStatus.TimedOut,
                $"Kafka did not acknowledge within {options.Value.AckTimeout.TotalSeconds:0.###} s. The records may still arrive: "
                + "repeat the request with the same ids, so that they take effect once.");
        }
    }
}
