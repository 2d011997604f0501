using StreamSocial.Kafka.Records;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Tracing;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tasks;

/// <summary>
/// Hands the entries of a task's input records to its processor, each entry of an edge once, and those that cannot be processed to the
/// dead-letter topic. Used by the task only, under its gate.
/// </summary>
/// <remarks>
/// An entry that fails ends the task's run (<see cref="EntryFailedException"/>): the task goes back to its last checkpoint, so that the next try
/// finds nothing of the failed one, neither in the stores nor in the numbers of what was emitted.
/// </remarks>
internal sealed class EntryDispatcher(StreamTask task, IRecordProcessor processor)
{
    private readonly TaskEnvironment _environment = task.Environment;
    private readonly IncomingEdges _incoming = CreateEdges(task);
    private readonly Verdicts _verdicts = new(task.Stores.Verdicts);

    /// <summary>Applies the entries of a record that are new.</summary>
    /// <returns>Number of entries applied.</returns>
    public int Process(ConsumeResult<byte[]?, byte[]?> record)
    {
        _incoming.Observe(record.Message.Timestamp.UnixTimestampMs);
        return RecordEntries.IsRun(record.Message.Headers) ? ProcessRun(record) : ProcessPayload(record);
    }

    /// <summary>Lets an entry that failed its last try go to the dead-letter topic when its turn comes.</summary>
    public void Condemn(EntryFailure entry) => _verdicts.Add(entry);

    /// <summary>Writes the edges' numbers that changed since the last call into the task's state, and forgets those of sources that are gone.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public void Save(long now) => _incoming.Save(now);

    /// <summary>Records were left out on purpose: what is missing of them is not lost.</summary>
    public void ExpectGaps() => _incoming.ExpectGaps();

    private static IncomingEdges CreateEdges(StreamTask task)
    {
        var expiry = task.Environment.SourceExpiry;
        return new(task.Stores.IncomingEdges, expiry.KeepOf(task.Id.Topic) is { } keep ? new SourceMemory(task.Stores.SourcesHeard, expiry, keep) : null);
    }

    private int ProcessPayload(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (IsRepeat(record.Message.Headers))
            return 0;
        ProcessEntry(new RecordEntry(record.Message.Value ?? [], RecordEntries.TraceParentOf(record.Message.Headers)), 0, record);
        return 1;
    }

    private int ProcessRun(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (!RecordEntries.TryReadEdges(record.Message.Headers, out var edges, out var damage))
        {
            SendToDeadLetterTopic(record, damage);
            return 0;
        }
        // The numbers count as applied even if the entries cannot be read: these go to the dead-letter topic and are not lost.
        var skips = new int[edges.Count];
        var applied = 0L;
        for (var i = 0; i < skips.Length; i++)
        {
            skips[i] = Deduplicate(edges[i].Source, edges[i].First, edges[i].Entries);
            applied += edges[i].Entries - skips[i];
        }
        if (applied == 0)
            return 0;
        if (!RecordEntries.TryRead(record.Message, edges, out var entries, out damage))
        {
            SendToDeadLetterTopic(record, damage);
            return 0;
        }
        var next = 0;
        for (var i = 0; i < skips.Length; i++)
        {
            var end = next + edges[i].Entries;
            for (next += skips[i]; next < end; next++)
                ProcessEntry(entries[next], next, record);
        }
        return (int)applied;
    }

    private void ProcessEntry(in RecordEntry entry, int index, ConsumeResult<byte[]?, byte[]?> record)
    {
        var offset = record.Offset.Value;
        using var span = StreamsTracing.StartProcess(entry.TraceParent, task.Id, offset, _environment.MemberId, task.Epoch);
        if (_verdicts.Take(offset, index) is { } verdict)
        {
            SendToDeadLetterTopic(record, entry.Payload.ToArray(), verdict);
            return;
        }
        var input = new InputEntry(record.Message.Key, entry.Payload, record.Message.Timestamp.UnixTimestampMs, offset);
        var (changes, emitted) = (task.Stores.Changes, task.Emitter.Emitted);
        try
        {
            processor.Process(input, task.Emitter);
        }
        catch (Exception e) when (PoisonEntry.IsCausedByEntry(e))
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            var tries = task.LastFailure is { } last && last.IsAt(offset, index) ? last.Tries + 1 : 1;
            var failure = EntryFailure.Of(e, offset, index, tries);
            // Bytes that no try can read, and nothing to undo: no need to go back to the checkpoint first.
            if (e is not (InvalidEntryException or InvalidProtocolBufferException) || changes != task.Stores.Changes || emitted != task.Emitter.Emitted)
                throw new EntryFailedException(failure, task.Id, e);
            SendToDeadLetterTopic(record, entry.Payload.ToArray(), failure);
        }
    }

    private void SendToDeadLetterTopic(ConsumeResult<byte[]?, byte[]?> record, InvalidDataException damage) =>
        SendToDeadLetterTopic(record, record.Message.Value ?? [], EntryFailure.Of(damage, record.Offset.Value, -1, tries: 1));

    private void SendToDeadLetterTopic(ConsumeResult<byte[]?, byte[]?> record, byte[] payload, EntryFailure failure)
    {
        var poison = new PoisonEntry(task.Id, record.Message.Timestamp.UnixTimestampMs, record.Message.Key ?? [], payload, failure);
        task.Emitter.EmitDeadLetter(poison);
        _environment.Totals.Stage(task.Id.Topic).AddDeadLetter();
        _environment.OnPoison(poison);
    }

    /// <summary>Whether a record with one entry was applied before; a record without an edge counts as new.</summary>
    private bool IsRepeat(Headers? headers)
    {
        if (!headers.TryGet(RecordHeaders.EdgeSource, out var source) || !headers.TryGet(RecordHeaders.EdgeSequence, out var sequence)
            || !RecordHeaders.TryDecodeSequence(sequence, out var first) || first is < 1 or > RecordEntries.MaxSequence || source.Length is 0 or > RecordEntries.MaxSourceLength)
            return false;
        Span<char> name = stackalloc char[RecordEntries.MaxSourceLength];
        var length = Encoding.UTF8.GetChars(source, name);
        return Deduplicate(name[..length], first, count: 1) > 0;
    }

    /// <returns>Number of entries at the start that were applied before.</returns>
    private int Deduplicate(ReadOnlySpan<char> source, long first, int count)
    {
        var result = _incoming.Deduplicate(source, first, count);
        task.Audit.Add(result);
        _environment.Audit.Add(result, source, task.Id);
        return result.Skip;
    }
}
