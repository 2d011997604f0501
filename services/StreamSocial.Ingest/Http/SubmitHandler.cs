using Google.Protobuf;
using StreamSocial.Ingest.Json;
using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Http;

/// <summary>Handles a request from its body to the brokers' acknowledgement.</summary>
internal sealed class SubmitHandler<TEntry>(
    EntryKind<TEntry> kind, SubmissionReader<TEntry> reader, EntryPlacement placement, Publisher publisher, ReusedIds reusedIds, IngestProblems problems)
    where TEntry : IMessage
{
    private const int MostReusedNamed = 10;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var errors = new FieldErrors();
        Submission<TEntry> submission;
        try
        {
            submission = await reader.ReadAsync(context, errors);
        }
        catch (BadHttpRequestException fault)
        {
            problems.Refused(fault);
            throw;
        }

        var batch = submission.Batch;
        if (batch.IsTooMany)
            return problems.TooManyEntries();
        if (!errors.IsEmpty)
            return problems.Invalid(errors);
        // Nobody can have used an id before that the server chose now.
        var uses = submission.WithChosenId.ConvertAll(index => (Path: FieldErrors.PathOf(kind.IdField, batch.IsArray ? index : null), Use: reusedIds.UseOf(kind, batch.Entries[index])));
        if (submission.IdempotencyKey is { } key && batch.Entries.Count > 0)
            uses.Add((IdempotencyKey.Header, reusedIds.UseOf(kind, key, batch.Entries)));
        var records = placement.ToRecords(kind, batch.Entries);
        if (Array.FindIndex(records, record => record.DataBytes > placement.MaxRecordBytes) is >= 0 and var tooLarge)
        {
            var entry = records[tooLarge].Entry;
            var field = FieldErrors.PathOf(kind.LargestFieldOf(batch.Entries[entry]), batch.IsArray ? entry : null);
            return problems.RecordTooLarge(field, records[tooLarge].DataBytes, placement.MaxRecordBytes);
        }

        // Before anything is written: of two requests at once that give an id to different things, one is refused.
        if (!reusedIds.TryTake(uses.ConvertAll(entry => entry.Use), out var taken, out var reused))
            return problems.IdReused(uses.Where(entry => reused.Contains(entry.Use)).Take(MostReusedNamed).Select(entry => entry.Path));
        var outcome = await publisher.PublishAsync(kind.Topic, records);
        if (outcome.MayBeWritten)
        {
            reusedIds.Remember(taken);
            placement.Count(kind, batch.Entries);
        }
        else
        {
            reusedIds.GiveBack(taken);
        }
        var response = kind.Describe(batch.Entries, submission.Generated);
        return outcome.Status == PublishStatus.Acknowledged
            ? TypedResults.Json(response, IngestJsonContext.Default.AcceptedResponse, statusCode: StatusCodes.Status202Accepted)
            : problems.NotPublished(outcome, response, context.Response);
    }
}
