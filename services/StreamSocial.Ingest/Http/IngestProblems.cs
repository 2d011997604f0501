using System.Globalization;
using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Json;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Ingest.Telemetry;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Ingest.Http;

/// <summary>Problem details (RFC 9457) for requests that are not answered 202.</summary>
internal sealed class IngestProblems(IngestMetrics metrics, IOptions<IngestOptions> options)
{
    private const string Later = "Repeat it after `Retry-After`.";
    private const string Again = "Repeat it after `Retry-After` with the same ids (`actionIds`, `interactionIds`) or Idempotency-Key: it then takes effect once.";

    private static readonly ProblemKind TooManyEntriesKind = new(413, "too_many_entries", "The array has more entries than `Ingest:MaxBatchActions`.", "Send it in parts.");
    private static readonly ProblemKind RecordTooLargeKind = new(413, "record_too_large", "An entry makes a larger record than the cluster takes; `field` names what is long.", "Shorten it.");
    private static readonly ProblemKind IdReusedKind = new(422, "id_reused", "The same user has given an id to something else. Nothing was written.", "Choose another id, or repeat the request unchanged.");
    private static readonly ProblemKind QueueFull = new(429, "queue_full", "The queue has no room for the whole request. Nothing was written.", Later);
    private static readonly ProblemKind BrokersBehind = new(429, "brokers_behind", "Earlier requests have waited long for the brokers. Nothing was written.", Later);
    private static readonly ProblemKind NotReady = new(503, "not_ready", "The topics have not been found yet, or this instance can send nothing any more and ends. Nothing was written.", Later);
    private static readonly ProblemKind ConsumersBehind = new(503, "consumers_behind", "The feed generators are too far behind a log of bounded length. Nothing was written.", Later);
    private static readonly ProblemKind AckTimeout = new(503, "ack_timeout", "The brokers did not acknowledge in time; the entries may still arrive.", Again);
    private static readonly ProblemKind NotDelivered = new(503, "not_delivered", "Kafka refused an entry; others may have arrived.", Again);

    /// <summary>All kinds of problem that a request may have.</summary>
    public static IReadOnlyList<ProblemKind> Kinds { get; } =
        [.. ApiProblems.OfBodies, TooManyEntriesKind, RecordTooLargeKind, IdReusedKind, QueueFull, BrokersBehind, NotReady, ConsumersBehind, AckTimeout, NotDelivered];

    /// <summary>Counts a request that is refused because of its form.</summary>
    public void Refused(BadHttpRequestException fault) => metrics.Refused(ApiProblems.KindOf(fault).Reason);

    public IResult Invalid(FieldErrors errors)
    {
        metrics.Refused(ApiProblems.Invalid.Reason);
        return ApiProblems.InvalidFields(errors.ByPath, "Nothing of this request was written.");
    }

    public IResult TooManyEntries() =>
        Problem(TooManyEntriesKind, Text($"The array has more than {options.Value.MaxBatchActions} entries (Ingest:MaxBatchActions). Send it in parts."));

    public IResult RecordTooLarge(string field, int bytes, int maxBytes) => Problem(
        RecordTooLargeKind,
        Text($"{field} makes a record of {bytes} bytes; this cluster takes {maxBytes}. Shorten it. Nothing of this request was written."),
        ("field", field));

    public IResult IdReused(IEnumerable<string> fields) => Problem(
        IdReusedKind,
        Text($"The same user has given an id of this request to something else: {FieldErrors.JoinWords(fields)}. Choose another one, or repeat the request unchanged. Nothing of this request was written."));

    /// <summary>Answer to a valid request that was not acknowledged.</summary>
    /// <param name="outcome">The outcome; not <see cref="PublishStatus.Acknowledged"/>.</param>
    /// <param name="ids">The ids that the server chose; named if the entries may still arrive, so that the client can repeat the request safely.</param>
    /// <param name="response">Gets <c>Retry-After</c> where a repeat may help.</param>
    public IResult NotPublished(PublishOutcome outcome, AcceptedResponse ids, HttpResponse response)
    {
        if (outcome.Status == PublishStatus.TooLarge)
            return Problem(ApiProblems.BodyTooLarge, outcome.Detail);
        var seconds = (long)Math.Ceiling(options.Value.RetryAfter.TotalSeconds);
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return outcome.Status switch
        {
            PublishStatus.QueueFull => Problem(QueueFull, outcome.Detail),
            PublishStatus.BrokersBehind => Problem(BrokersBehind, outcome.Detail),
            PublishStatus.NotReady => Problem(NotReady, outcome.Detail),
            PublishStatus.HeldBack => Problem(ConsumersBehind, outcome.Detail),
            PublishStatus.TimedOut => Problem(AckTimeout, outcome.Detail, ("actionIds", ids.ActionIds), ("interactionIds", ids.InteractionIds)),
            PublishStatus.Failed => Problem(NotDelivered, outcome.Detail, ("actionIds", ids.ActionIds), ("interactionIds", ids.InteractionIds)),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.Status, "The request was acknowledged."),
        };
    }

    private IResult Problem(ProblemKind kind, string? detail, params (string Name, object? Value)[] more)
    {
        metrics.Refused(kind.Reason);
        return kind.Answer(detail, more.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Name, member.Value)));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
