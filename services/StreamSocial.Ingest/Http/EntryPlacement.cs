using System.Text;
using Google.Protobuf;
using StreamSocial.Ingest.HotKeys;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Ingest.Telemetry;

namespace StreamSocial.Ingest.Http;

/// <summary>Makes the records of entries, one or two of each, and finds their partitions, which are several for a hot content.</summary>
internal sealed class EntryPlacement(Destinations destinations, IContentSpread spread, IngestMetrics metrics)
{
    /// <summary>Bytes of the largest record that may be handed over.</summary>
    public int MaxRecordBytes => destinations.MaxRecordBytes;

    public OutgoingRecord[] ToRecords<TEntry>(EntryKind<TEntry> kind, List<TEntry> entries)
        where TEntry : IMessage
    {
        var records = new List<OutgoingRecord>(entries.Count);
        foreach (var (i, entry) in entries.Index())
        {
            if (kind.CountingContentOf(entry) is { } content)
                kind.SetSpread(entry, spread.Of(content));
            records.Add(ToRecord(kind, entry, i));
            if (kind.SecondOf(entry) is { } second)
                records.Add(ToRecord(kind, second, i));
        }

        return [.. records];
    }

    /// <summary>Counts entries that are or may be written: what is refused makes no content hot.</summary>
    public void Count<TEntry>(EntryKind<TEntry> kind, List<TEntry> entries)
        where TEntry : IMessage
    {
        foreach (var content in entries.Select(kind.CountingContentOf).OfType<string>())
            spread.Count(content);
        metrics.Spread(kind.Topic, entries.Count(entry => kind.SpreadOf(entry) > 0));
    }

    private OutgoingRecord ToRecord<TEntry>(EntryKind<TEntry> kind, TEntry entry, int index)
        where TEntry : IMessage
    {
        var key = Encoding.UTF8.GetBytes(kind.KeyOf(entry));
        return new(kind.PartitionOf(entry, key, destinations), key, entry.ToByteArray()) { Entry = index };
    }
}
