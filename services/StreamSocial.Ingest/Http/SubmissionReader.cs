using System.Globalization;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using StreamSocial.Events;
using StreamSocial.Ingest.Interactions;
using StreamSocial.Ingest.Json;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Ingest.Http;

/// <summary>Reads the entries of a request and gives ids to those that have none.</summary>
internal sealed class SubmissionReader<TEntry>(EntryKind<TEntry> kind, IOptions<IngestOptions> options, TimeProvider time)
    where TEntry : IMessage
{
    /// <summary>Reads a request; its entries have ids if there are no errors.</summary>
    /// <param name="context">The request.</param>
    /// <param name="errors">What is wrong with its fields.</param>
    /// <exception cref="BadHttpRequestException">The body cannot be read.</exception>
    public async Task<Submission<TEntry>> ReadAsync(HttpContext context, FieldErrors errors)
    {
        var idempotencyKey = IdempotencyKey.Read(context.Request.Headers[IdempotencyKey.Header], errors);
        var batch = await ReadBatchAsync(context, errors);
        if (batch.IsTooMany || !errors.IsEmpty)
            return new(batch, default, [], idempotencyKey);
        var withChosenId = Enumerable.Range(0, batch.Entries.Count).Where(i => idempotencyKey is not null || kind.IdOf(batch.Entries[i]).Length > 0).ToList();
        return new(batch, AssignIds(batch.Entries, idempotencyKey, errors), withChosenId, idempotencyKey);
    }

    private async Task<EntryBatch<TEntry>> ReadBatchAsync(HttpContext context, FieldErrors errors)
    {
        if (!RequestBody.IsOfType(context.Request, kind.MediaTypes))
            throw new RequestFault(ApiProblems.UnsupportedMediaType, $"Send {FieldErrors.JoinWords(kind.MediaTypes)} in UTF-8.");
        using var body = await RequestBody.ReadAsync(context.Request, options.Value.MaxBodyBytes, context.RequestAborted);
        var json = RequestBody.IsOfType(context.Request, BeaconForm.UrlEncoded, BeaconForm.Multipart)
            ? await BeaconForm.ToJsonAsync(body.Bytes, context.Request.ContentType!)
            : body.Bytes;
        return EntryBatchReader.Read(json.Span, kind.CreateReader(options.Value, time.GetUtcNow(), context.Request.Query, errors), options.Value.MaxBatchActions, errors);
    }

    private GeneratedIds AssignIds(List<TEntry> entries, string? idempotencyKey, FieldErrors errors)
    {
        var anyContent = false;
        var created = idempotencyKey is null ? CreateIds(entries.Count(entry => kind.IdOf(entry).Length == 0)) : [];
        var taken = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            var id = kind.IdOf(entries[i]);
            if (id.Length == 0)
            {
                id = idempotencyKey is null ? created[taken++] : IdempotencyKey.IdOf(idempotencyKey, i, entries.Count);
                if (!IdRule.IsValid(id))
                    errors.Add(IdempotencyKey.Header, "is too long: with /index appended it must have at most 64 characters");
            }

            anyContent |= kind.SetId(entries[i], id);
        }

        return new(taken > 0, anyContent);
    }

    /// <summary>Creates ids in rising order: entries without a time all have that of the request, and feeds then order them by id.</summary>
    private string[] CreateIds(int count)
    {
        var now = time.GetUtcNow();
        var ids = new string[count];
        for (var i = 0; i < count; i++)
            ids[i] = Guid.CreateVersion7(now).ToString();
        Array.Sort(ids, StringComparer.Ordinal);
        return ids;
    }
}

/// <summary>The entries of a request.</summary>
/// <param name="Batch">The entries.</param>
/// <param name="Generated">Which ids the server chose.</param>
/// <param name="WithChosenId">Indexes of the entries whose id the client chose, in them or by its <c>Idempotency-Key</c>.</param>
/// <param name="IdempotencyKey">The key of the request as a whole; null without one.</param>
internal sealed record Submission<TEntry>(EntryBatch<TEntry> Batch, GeneratedIds Generated, List<int> WithChosenId, string? IdempotencyKey);

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

    /// <summary>
    /// The id of an entry: the key itself if it is the only one of the request, otherwise <c>key/index</c>, with zeros before the index that make all of a
    /// request equally long: feeds order by id what has one time.
    /// </summary>
    public static string IdOf(string key, int index, int count)
    {
        if (count == 1)
            return key;
        var digits = (count - 1).ToString(CultureInfo.InvariantCulture).Length;
        return $"{key}/{index.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}";
    }
}
