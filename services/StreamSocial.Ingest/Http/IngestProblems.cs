using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Json;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Ingest.Telemetry;

namespace StreamSocial.Ingest.Http;

/// <summary>Problem details (RFC 9457) for requests that are not answered 202.</summary>
internal sealed class IngestProblems(IngestMetrics metrics, IOptions<IngestOptions> options)
{
    public IResult Invalid(FieldErrors errors)
    {
        metrics.Refused("invalid");
        return TypedResults.ValidationProblem(errors.ByPath, "Nothing of this request was written.");
    }

    public IResult BodyTooLarge() =>
        Problem(StatusCodes.Status413PayloadTooLarge, "body_too_large",
            Text($"The body is larger than {options.Value.MaxBodyBytes} bytes (Ingest:MaxBodyBytes). Send fewer entries at once."));

    public IResult TooManyEntries() =>
        Problem(StatusCodes.Status413PayloadTooLarge, "too_many_entries",
            Text($"The array has more than {options.Value.MaxBatchActions} entries (Ingest:MaxBatchActions). Send it in parts."));

    public IResult RecordTooLarge(string field, int bytes, int maxBytes) =>
        Problem(StatusCodes.Status413PayloadTooLarge, "record_too_large",
            Text($"{field} makes a record of {bytes} bytes; this cluster takes {maxBytes}. Shorten it. Nothing of this request was written."), field: field);

    public IResult IdReused(IEnumerable<string> fields) =>
        Problem(StatusCodes.Status422UnprocessableEntity, "id_reused",
            Text($"The same user has given an id of this request to something else: {FieldErrors.JoinWords(fields)}. Choose another one, or repeat the request unchanged. Nothing of this request was written."));

    public IResult UnsupportedMediaType() =>
        Problem(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send application/json in UTF-8 without a content encoding.");

    /// <summary>Answer to a valid request that was not acknowledged.</summary>
    /// <param name="outcome">The outcome; not <see cref="PublishStatus.Acknowledged"/>.</param>
    /// <param name="ids">The ids that the server chose; named if the entries may still arrive, so that the client can repeat the request safely.</param>
    /// <param name="response">Gets <c>Retry-After</c>.</param>
    public IResult NotPublished(PublishOutcome outcome, AcceptedResponse ids, HttpResponse response)
    {
        var seconds = (long)Math.Ceiling(options.Value.RetryAfter.TotalSeconds);
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return outcome.Status switch
        {
            PublishStatus.QueueFull => Problem(StatusCodes.Status429TooManyRequests, "queue_full", outcome.Detail),
            PublishStatus.BrokersBehind => Problem(StatusCodes.Status429TooManyRequests, "brokers_behind", outcome.Detail),
            PublishStatus.NotReady => Problem(StatusCodes.Status503ServiceUnavailable, "not_ready", outcome.Detail),
            PublishStatus.HeldBack => Problem(StatusCodes.Status503ServiceUnavailable, "consumers_behind", outcome.Detail),
            PublishStatus.TimedOut => Problem(StatusCodes.Status503ServiceUnavailable, "ack_timeout", outcome.Detail, ids),
            PublishStatus.Failed => Problem(StatusCodes.Status503ServiceUnavailable, "not_delivered", outcome.Detail, ids),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.Status, "The request was acknowledged."),
        };
    }

    private IResult Problem(int status, string reason, string? detail, AcceptedResponse? ids = null, string? field = null)
    {
        metrics.Refused(reason);
        var problem = new ProblemDetails { Status = status, Detail = detail };
        problem.Extensions["reason"] = reason;
        if (field is not null)
            problem.Extensions["field"] = field;
        if (ids?.ActionIds is { } actionIds)
            problem.Extensions["actionIds"] = actionIds;
        if (ids?.InteractionIds is { } interactionIds)
            problem.Extensions["interactionIds"] = interactionIds;
        return TypedResults.Problem(problem);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
