using System.Diagnostics.CodeAnalysis;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events.Runtime;

namespace StreamSocial.Streams.Tasks;

/// <summary>Takes a record apart into its entries: a run, or one bare payload.</summary>
internal static class RecordEntries
{
    /// <summary>How many entries the record's headers say it has; 1 for a bare payload.</summary>
    public static int CountIn(Message<byte[]?, byte[]?> message) =>
        message.Headers is { } headers && headers.TryGetLastBytes(RecordHeaders.EdgeEntries, out var bytes)
        && RecordHeaders.TryDecodeEntries(bytes, out var count) ? Math.Max(count, 1) : 1;

    /// <summary>Reads the entries; false when the value is not the run that the headers announce.</summary>
    public static bool TryRead(
        Message<byte[]?, byte[]?> message, [NotNullWhen(true)] out IReadOnlyList<RecordEntry>? entries, [NotNullWhen(false)] out InvalidDataException? damage)
    {
        (entries, damage) = (null, null);
        var value = message.Value ?? [];
        if (message.Headers is not { } headers || !headers.TryGetLastBytes(RecordHeaders.EdgeEntries, out _))
        {
            entries = [new RecordEntry(value, TraceParentOf(message.Headers))];
            return true;
        }
        try
        {
            var run = EntryRun.Parser.ParseFrom(value);
            if (run.Entries.Count == CountIn(message))
            {
                entries = [.. run.Entries.Select(entry => new RecordEntry(entry.Payload.Memory, entry.Traceparent is { Length: > 0 } trace ? trace : null))];
                return true;
            }
            damage = new InvalidDataException($"The record announces {CountIn(message)} entries and has {run.Entries.Count}.");
        }
        catch (InvalidProtocolBufferException e)
        {
            damage = new InvalidDataException("The record's value is not a run of entries.", e);
        }
        return false;
    }

    private static string? TraceParentOf(Headers? headers) =>
        headers is not null && headers.TryGetLastBytes(RecordHeaders.TraceParent, out var bytes) ? Encoding.ASCII.GetString(bytes) : null;
}
