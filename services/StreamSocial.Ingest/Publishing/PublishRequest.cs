using Confluent.Kafka;
using StreamSocial.Ingest.Telemetry;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Ingest.Publishing;

/// <summary>
/// The records of one HTTP request: queued, sent and acknowledged as a whole. One completion serves all records; a countdown
/// takes the place of a task for each.
/// </summary>
internal sealed class PublishRequest(string topic, OutgoingRecord[] records) : IDeliveryHandler
{
    private readonly TaskCompletionSource<PublishOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = records.Length;
    private string? _failure;

    public string Topic => topic;

    public ReadOnlySpan<OutgoingRecord> Records => records;

    /// <summary>Timestamp of its acceptance.</summary>
    public required long AcceptedAt { get; init; }

    /// <summary>Completes when every record has been acknowledged or refused.</summary>
    public Task<PublishOutcome> Completion => _completion.Task;

    /// <summary>Called for each record with its offset, or -1 when it was refused; on a librdkafka thread.</summary>
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

    private void Complete()
    {
        Done?.Invoke(this);
        _completion.SetResult(_failure is null
            ? new(PublishStatus.Acknowledged)
            : new(PublishStatus.Failed, $"Kafka refused a record: {_failure}. Others of this request may have arrived."));
    }
}
