using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Tracing;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tasks;

/// <summary>
/// Hands the entries of a task's input records to its processor: each entry of an edge once, with a bounded number of tries, and those
/// that cannot be processed to the dead-letter topic. Used by the task only, under its gate.
/// </summary>
internal sealed class EntryDispatcher(StreamTask task, IRecordProcessor processor)
{
    private readonly TaskEnvironment _environment = task.Environment;
    private readonly IncomingEdges _incoming = new(task.Stores.IncomingEdges);

    /// <summary>Applies the entries of a record that are new.</summary>
    /// <returns>Number of entries applied.</returns>
    public int Process(ConsumeResult<byte[]?, byte[]?> record) => RecordEntries.IsRun(record.Message.Headers) ? ProcessRun(record) : ProcessPayload(record);

    /// <summary>Writes the edges' numbers that changed since the last call into the task's state.</summary>
    public void Save() => _incoming.Save();

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
        var applied = 0;
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
        return applied;
    }

    private void ProcessEntry(in RecordEntry entry, int index, ConsumeResult<byte[]?, byte[]?> record)
    {
        using var span = StreamsTracing.StartProcess(entry.TraceParent, task.Id, record.Offset.Value, _environment.MemberId, task.Epoch);
        var input = new InputEntry(record.Message.Key, entry.Payload, record.Message.Timestamp.UnixTimestampMs, record.Offset.Value);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                processor.Process(input, task.Emitter);
                return;
            }
            catch (Exception e) when (PoisonEntry.IsCausedByEntry(e))
            {
                if (attempt < _environment.MaxTries && e is not RecordTooLargeException)
                    continue;
                span?.SetStatus(ActivityStatusCode.Error, e.Message);
                SendToDeadLetterTopic(new PoisonEntry(task.Id, record.Offset.Value, index, record.Message.Timestamp.UnixTimestampMs, record.Message.Key ?? [], entry.Payload.ToArray(), attempt, e));
                return;
            }
        }
    }

    private void SendToDeadLetterTopic(ConsumeResult<byte[]?, byte[]?> record, InvalidDataException damage) => SendToDeadLetterTopic(new PoisonEntry(
        task.Id, record.Offset.Value, -1, record.Message.Timestamp.UnixTimestampMs, record.Message.Key ?? [], record.Message.Value ?? [], 1, damage));

    private void SendToDeadLetterTopic(PoisonEntry poison)
    {
        task.Emitter.EmitDeadLetter(poison);
        Interlocked.Increment(ref _environment.Totals.DeadLetters);
        _environment.OnPoison(poison);
    }

    /// <summary>Whether a record with one entry was applied before; a record without an edge counts as new.</summary>
    private bool IsRepeat(Headers? headers)
    {
        if (headers is null || !headers.TryGetLastBytes(RecordHeaders.EdgeSource, out var source)
            || !headers.TryGetLastBytes(RecordHeaders.EdgeSequence, out var sequence)
            || !RecordHeaders.TryDecodeSequence(sequence, out var first) || first < 1 || source.Length > RecordEntries.MaxSourceLength)
            return false;
        Span<char> name = stackalloc char[RecordEntries.MaxSourceLength];
        var length = Encoding.UTF8.GetChars(source, name);
        return Deduplicate(name[..length], first, count: 1) > 0;
    }

    /// <returns>Number of entries at the start that were applied before.</returns>
    private int Deduplicate(ReadOnlySpan<char> source, long first, int count)
    {
        var result = _incoming.Deduplicate(source, first, count);
        _environment.Audit.Add(result, source, task.Id);
        return result.Skip;
    }
}
