using StreamSocial.Kafka.Records;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Streams.Contracts;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tasks;

/// <summary>Splits a record into its entries: one bare payload, or a run of entries of several edges.</summary>
internal static class RecordEntries
{
    /// <summary>Longest name of an edge's source, in characters: it is a key of the task's state.</summary>
    public const int MaxSourceLength = 256;

    /// <summary>Largest number of an entry on its edge; a larger one is damage, and could not be counted on.</summary>
    public const long MaxSequence = long.MaxValue / 2;

    /// <summary>Whether the value is a run of entries, and not one bare payload.</summary>
    public static bool IsRun(Headers? headers) => headers.TryGet(RecordHeaders.EdgeRuns, out _);

    /// <summary>Reads the edges that the record has entries of, in the order of the entries; none when a foreign producer wrote it.</summary>
    /// <returns>False when the header is damaged.</returns>
    public static bool TryReadEdges(
        Headers? headers, [NotNullWhen(true)] out IReadOnlyList<EdgeRun>? edges, [NotNullWhen(false)] out InvalidDataException? damage)
    {
        (edges, damage) = ([], null);
        if (!headers.TryGet(RecordHeaders.EdgeRuns, out var runs))
        {
            if (headers.TryGet(RecordHeaders.EdgeSource, out var source) && source.Length > 0 && headers.TryGet(RecordHeaders.EdgeSequence, out var sequence)
                && RecordHeaders.TryDecodeSequence(sequence, out var first) && first is >= 1 and <= MaxSequence)
                edges = [new EdgeRun { Source = Encoding.UTF8.GetString(source), First = first, Entries = 1 }];
            return true;
        }
        try
        {
            edges = EdgeRuns.Parser.ParseFrom(runs).Runs;
            if (edges.Count > 0 && edges.All(run => run is { First: >= 1 and <= MaxSequence, Entries: >= 1, Source.Length: >= 1 and <= MaxSourceLength }))
                return true;
            damage = new InvalidDataException($"The record's header {RecordHeaders.EdgeRuns} names no edge, one without entries, or one whose source is empty or too long.");
        }
        catch (InvalidProtocolBufferException e)
        {
            damage = new InvalidDataException($"The record's header {RecordHeaders.EdgeRuns} is damaged.", e);
        }
        edges = null;
        return false;
    }

    /// <summary>Reads the entries; false when the value is not the run that <paramref name="edges"/> announce.</summary>
    public static bool TryRead(
        Message<byte[]?, byte[]?> message, IReadOnlyList<EdgeRun> edges, [NotNullWhen(true)] out IReadOnlyList<RecordEntry>? entries,
        [NotNullWhen(false)] out InvalidDataException? damage)
    {
        (entries, damage) = (null, null);
        var value = message.Value ?? [];
        if (!IsRun(message.Headers))
        {
            entries = [new RecordEntry(value, TraceParentOf(message.Headers))];
            return true;
        }
        try
        {
            var read = EntryRunReader.Read(value);
            var announced = edges.Sum(edge => (long)edge.Entries);
            if (read.Count == announced)
            {
                entries = read;
                return true;
            }
            damage = new InvalidDataException($"The record announces {announced} entries and has {read.Count}.");
        }
        catch (InvalidProtocolBufferException e)
        {
            damage = new InvalidDataException("The record's value is not a run of entries.", e);
        }
        return false;
    }

    /// <summary>The trace of a bare payload; null when it has none.</summary>
    public static string? TraceParentOf(Headers? headers) =>
        headers.TryGet(RecordHeaders.TraceParent, out var bytes) ? Encoding.ASCII.GetString(bytes) : null;
}

/// <summary>One entry of a record, with its trace; null when the trace is not sampled.</summary>
internal readonly record struct RecordEntry(ReadOnlyMemory<byte> Payload, string? TraceParent);
