using System.Globalization;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using StreamSocial.Events;
using StreamSocial.Ingest.Interactions;
using StreamSocial.Ingest.Json;
using StreamSocial.Ingest.Publishing;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Ingest.Http;

/// <summary>Handles a request from its body to the brokers' acknowledgement.</summary>
internal sealed class SubmitHandler<TEntry>(
    EntryKind<TEntry> kind, EntryPlacement placement, Publisher publisher, ReusedIds reusedIds, IngestProblems problems, IOptions<IngestOptions> options, TimeProvider time)
    where TEntry : IMessage
{
    private const int MostReusedNamed = 10;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var errors = new FieldErrors();
        var idempotencyKey = IdempotencyKey.Read(context.Request.Headers[IdempotencyKey.Header], errors);
        EntryBatch<TEntry> batch;
        try
        {
            batch = await ReadAsync(context, errors);
        }
        catch (BadHttpRequestException fault)
        {
            problems.Refused(fault);
            throw;
        }

        if (batch.IsTooMany)
            return problems.TooManyEntries();
        // Nobody can have used an id before that the server chooses now.
        var chosen = errors.IsEmpty ? batch.Entries.Index().Where(entry => idempotencyKey is not null || kind.IdOf(entry.Item).Length > 0).ToList() : [];
        var generated = errors.IsEmpty ? AssignIds(batch.Entries, idempotencyKey, errors) : default;
        if (!errors.IsEmpty)
            return problems.Invalid(errors);
        var uses = chosen.ConvertAll(entry => (entry.Index, Use: reusedIds.UseOf(kind, entry.Item)));
        if (uses.Where(entry => reusedIds.IsReused(entry.Use)).Take(MostReusedNamed).ToList() is { Count: > 0 } reused)
            return problems.IdReused(reused.Select(entry => FieldErrors.PathOf(kind.IdField, batch.IsArray ? entry.Index : null)));

        var records = placement.ToRecords(kind, batch.Entries);
        if (Array.FindIndex(records, record => record.DataBytes > placement.MaxRecordBytes) is >= 0 and var tooLarge)
        {
            var entry = records[tooLarge].Entry;
            var field = FieldErrors.PathOf(kind.LargestFieldOf(batch.Entries[entry]), batch.IsArray ? entry : null);
            return problems.RecordTooLarge(field, records[tooLarge].DataBytes, placement.MaxRecordBytes);
        }

        var outcome = await publisher.PublishAsync(kind.Topic, records);
        if (outcome.MayBeWritten)
            reusedIds.Remember(uses.Select(entry => entry.Use));
        var response = kind.Describe(batch.Entries, generated);
        return outcome.Status == PublishStatus.Acknowledged
            ? TypedResults.Json(response, IngestJsonContext.Default.AcceptedResponse, statusCode: StatusCodes.Status202Accepted)
            : problems.NotPublished(outcome, response, context.Response);
    }

    private async Task<EntryBatch<TEntry>> ReadAsync(HttpContext context, FieldErrors errors)
    {
        if (!RequestBody.IsOfType(context.Request, kind.MediaTypes))
            throw new RequestFault(ApiProblems.UnsupportedMediaType, $"Send {FieldErrors.JoinWords(kind.MediaTypes)} in UTF-8.");
        using var body = await RequestBody.ReadAsync(context.Request, options.Value.MaxBodyBytes, context.RequestAborted);
        var json = RequestBody.IsOfType(context.Request, BeaconForm.MediaType) ? BeaconForm.ToJson(body.Bytes).Span : body.Bytes;
        return EntryBatchReader.Read(json, kind.CreateReader(options.Value, time.GetUtcNow(), context.Request.Query, errors), options.Value.MaxBatchActions, errors);
    }

    private GeneratedIds AssignIds(List<TEntry> entries, string? idempotencyKey, FieldErrors errors)
    {
        var (anyEntry, anyContent) = (false, false);
        for (var i = 0; i < entries.Count; i++)
        {
            var id = kind.IdOf(entries[i]);
            if (id.Length == 0)
            {
                id = idempotencyKey is null ? Guid.CreateVersion7(time.GetUtcNow()).ToString() : IdempotencyKey.IdOf(idempotencyKey, i, entries.Count);
                anyEntry |= idempotencyKey is null;
                if (!IdRule.IsValid(id))
                    errors.Add(IdempotencyKey.Header, "is too long: with /index appended it must have at most 64 characters");
            }

            anyContent |= kind.SetId(entries[i], id);
        }

        return new(anyEntry, anyContent);
    }
}

/// <summary>The <c>Idempotency-Key</c> of a request. Entries without an id get one derived from it.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Reads the header; null if absent. The quotes of a structured-field string are not part of the key.</summary>
    public static string? Read(StringValues header, FieldErrors errors)
    {
        if (header.Count == 0)
            return null;
        var key = header.Count == 1 ? header[0] ?? "" : "";
        if (key is ['"', .. var quoted, '"'])
            key = quoted;
        if (IdRule.IsValid(key))
            return key;
        errors.Add(Header, "must be given once, with 1 to 64 characters");
        return null;
    }

    /// <summary>The id of an entry: the key itself if it is the only one of the request, otherwise <c>key/index</c>.</summary>
    public static string IdOf(string key, int index, int count) => count == 1 ? key : string.Create(CultureInfo.InvariantCulture, $"{key}/{index}");
}
