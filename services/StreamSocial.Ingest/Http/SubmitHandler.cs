using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using StreamSocial.Ingest.Json;
using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Http;

/// <summary>Takes a request from its body to the brokers' acknowledgement.</summary>
internal sealed class SubmitHandler<TEntry>(
    EntryKind<TEntry> kind, Publisher publisher, Destinations destinations, Refusal refusal, IOptions<IngestOptions> options, TimeProvider time)
    where TEntry : IMessage
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        if (!IsPlainJson(context.Request))
            return refusal.UnsupportedMediaType();

        var errors = new FieldErrors();
        var idempotencyKey = IdempotencyKey.Read(context.Request.Headers[IdempotencyKey.Header], errors);
        EntryBatch<TEntry> batch;
        using (var body = await RequestBody.ReadAsync(context.Request, options.Value.MaxBodyBytes, context.RequestAborted))
        {
            if (body is null)
                return refusal.BodyTooLarge();
            batch = EntryBatchReader.Read(body.Bytes, kind.CreateReader(options.Value, time.GetUtcNow()), options.Value.MaxBatchActions, errors);
        }

        if (batch.IsTooMany)
            return refusal.TooManyEntries();
        var generated = errors.IsEmpty ? GiveIds(batch.Entries, idempotencyKey, errors) : default;
        if (!errors.IsEmpty)
            return refusal.Invalid(errors);

        var outcome = await publisher.PublishAsync(kind.Topic, batch.Entries.ConvertAll(ToRecord).ToArray());
        var response = kind.Describe(batch.Entries, generated);
        return outcome.Status == PublishStatus.Acknowledged
            ? TypedResults.Json(response, IngestJsonContext.Default.AcceptedResponse, statusCode: StatusCodes.Status202Accepted)
            : refusal.NotPublished(outcome, response, context.Response);
    }

    private static bool IsPlainJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        && (request.Headers.ContentEncoding.Count == 0 || request.Headers.ContentEncoding == "identity");

    private GeneratedIds GiveIds(List<TEntry> entries, string? idempotencyKey, FieldErrors errors)
    {
        var (anyEntry, anyContent) = (false, false);
        for (var i = 0; i < entries.Count; i++)
        {
            var id = kind.IdOf(entries[i]);
            if (id.Length == 0)
            {
                id = idempotencyKey is null ? Guid.CreateVersion7(time.GetUtcNow()).ToString() : IdempotencyKey.IdOf(idempotencyKey, i, entries.Count);
                anyEntry |= idempotencyKey is null;
                if (!JsonField.IsId(id))
                    errors.Add(IdempotencyKey.Header, "is too long: with /index appended it must have at most 64 characters");
            }

            anyContent |= kind.SetId(entries[i], id);
        }

        return new(anyEntry, anyContent);
    }

    private OutgoingRecord ToRecord(TEntry entry)
    {
        var key = Encoding.UTF8.GetBytes(kind.KeyOf(entry));
        var partition = destinations.PartitionOf(kind.Topic, key);
        return new(partition, key, entry.ToByteArray());
    }
}
