using System.Diagnostics;
using Confluent.Kafka;
using StreamSocial.Ingest.Telemetry;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Ingest.Publishing;

/// <summary>
/// The records of one HTTP request, which are queued, sent and acknowledged as a whole. A countdown completes one task for all records
/// instead of one for each.
/// </summary>
internal sealed class PublishRequest(string topic, OutgoingRecord[] records) : IDeliveryHandler
{
    private readonly TaskCompletionSource<PublishOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = records.Length;
    private string? _failure;

    public string Topic => topic;

    public ReadOnlySpan<OutgoingRecord> Records => records;

    /// <summary>Timestamp of the acceptance, from <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public required long AcceptedAt { get; init; }

    /// <summary>Completes when every record has been acknowledged or has failed.</summary>
    public Task<PublishOutcome> Completion => _completion.Task;

    /// <summary>Called on a librdkafka thread for each record with its offset, or -1 if it was not delivered.</summary>
    public Action<string, OutgoingRecord, long>? RecordDone { get; init; }

    /// <summary>Called once, before <see cref="Completion"/>.</summary>
    public Action<PublishRequest>? Done { get; init; }

    public void OnDelivered(long token, long offset, Error? error)
    {
        var record = records[token];
        if (error is not null)
            Interlocked.CompareExchange(ref _failure, error.Reason, null);
        if (record.Span is not null)
            ProducerSpans.End(record.Span, error);
        RecordDone?.Invoke(topic, record, offset);
        if (Interlocked.Decrement(ref _open) == 0)
            Complete();
    }

    /// <summary>Its records from one on cannot be sent.</summary>
    public void Refuse(Error error, int from = 0)
    {
        for (var unsent = from; unsent < records.Length; unsent++)
            OnDelivered(unsent, -1, error);
    }

    private void Complete()
    {
        Done?.Invoke(this);
        _completion.SetResult(_failure is null
            ? new(PublishStatus.Acknowledged)
            : new(PublishStatus.Failed, $"Kafka refused a record: {_failure}. Others of this request may have arrived."));
    }
}

/// <summary>A record to be sent to Kafka.</summary>
/// <param name="Partition">The key's partition.</param>
/// <param name="Key">UTF-8.</param>
/// <param name="Value">The serialised contract.</param>
/// <param name="Span">The producer span; null until the request is admitted, and if its trace is not sampled.</param>
internal readonly record struct OutgoingRecord(int Partition, byte[] Key, byte[] Value, Activity? Span = null)
{
    /// <summary>Space that a record takes in a log besides key and value: framing and headers, rounded up.</summary>
    public const int OverheadBytes = 160;

    /// <summary>Most records of one entry of a request.</summary>
    public const int MostOfAnEntry = 2;

    /// <summary>Index of its entry in the request.</summary>
    public int Entry { get; init; }

    /// <summary>Bytes of key and value.</summary>
    public int DataBytes => Key.Length + Value.Length;

    public int LogBytes => DataBytes + OverheadBytes;
}

/// <summary>Outcome of a request.</summary>
/// <param name="Status">Status of the records.</param>
/// <param name="Detail">One sentence for people; null if acknowledged.</param>
internal readonly record struct PublishOutcome(PublishStatus Status, string? Detail = null)
{
    /// <summary>Whether records are or may be in the log.</summary>
    public bool MayBeWritten => Status is PublishStatus.Acknowledged or PublishStatus.TimedOut or PublishStatus.Failed;
}

/// <summary>Status of a request's records.</summary>
internal enum PublishStatus
{
    /// <summary>The brokers have every record.</summary>
    Acknowledged,

    /// <summary>Nothing was written: the topics were not found yet, or nothing can be sent any more.</summary>
    NotReady,

    /// <summary>Nothing was written: the queue has no room for the whole request.</summary>
    QueueFull,

    /// <summary>Nothing was written: earlier requests have waited so long that this one would hardly be acknowledged in time.</summary>
    BrokersBehind,

    /// <summary>Nothing was written: the consumers are too far behind a log of bounded length.</summary>
    HeldBack,

    /// <summary>Nothing was written: a log of bounded length never has room for the whole request.</summary>
    TooLarge,

    /// <summary>Not acknowledged in time; the records may still arrive.</summary>
    TimedOut,

    /// <summary>At least one record was not delivered; others may have been.</summary>
    Failed,
}
