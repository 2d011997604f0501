using System.Text;
using Google.Protobuf;
using StreamSocial.Ingest.HotKeys;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Ingest.Telemetry;

namespace StreamSocial.Ingest.Http;

/// <summary>Makes records of entries and finds their partitions, which are several for a hot content.</summary>
internal sealed class EntryPlacement(Destinations destinations, IContentSpread spread, IngestMetrics metrics)
{
    /// <summary>Bytes of the largest record that may be handed over.</summary>
    public int MaxRecordBytes => destinations.MaxRecordBytes;

    public OutgoingRecord[] ToRecords<TEntry>(EntryKind<TEntry> kind, List<TEntry> entries)
        where TEntry : IMessage
    {
        var records = new OutgoingRecord[entries.Count];
        var spreadRecords = 0;
        for (var i = 0; i < records.Length; i++)
        {
            var entry = entries[i];
            if (kind.CountingContentOf(entry) is { } content && spread.Take(content) is > 0 and var number)
            {
                kind.SetSpread(entry, number);
                spreadRecords++;
            }

            var key = Encoding.UTF8.GetBytes(kind.KeyOf(entry));
            records[i] = new(kind.PartitionOf(entry, key, destinations), key, entry.ToByteArray());
        }

        metrics.Spread(kind.Topic, spreadRecords);
        return records;
    }
}
