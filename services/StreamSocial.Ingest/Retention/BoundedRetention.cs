using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Retention;

/// <summary>For the embedded cluster: holds a partition back when its consumer is nearly as far behind as the partition is long.</summary>
internal sealed class BoundedRetention(Destinations destinations, IOptions<IngestOptions> options) : IRetentionGuard
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PartitionBacklog[]> _backlogs = destinations.Topics.ToDictionary(
        topic => topic,
        topic => Enumerable.Range(0, destinations.PartitionCountOf(topic)).Select(_ => new PartitionBacklog()).ToArray());

    public bool IsBounded => true;

    public string? Admit(string topic, ReadOnlySpan<OutgoingRecord> records)
    {
        lock (_gate)
        {
            var backlogs = _backlogs[topic];
            foreach (ref readonly var record in records)
            {
                var backlog = backlogs[record.Partition];
                if (backlog.Records >= options.Value.EmbeddedMaxAheadRecords || backlog.Bytes >= options.Value.EmbeddedMaxAheadBytes)
                    return Reason(topic, record.Partition, backlog);
            }

            foreach (ref readonly var record in records)
                backlogs[record.Partition].Admitted(record.LogBytes);
            return null;
        }
    }

    public void Done(string topic, OutgoingRecord record, long offset)
    {
        lock (_gate)
        {
            var backlog = _backlogs[topic][record.Partition];
            if (offset < 0)
                backlog.Refused(record.LogBytes);
            else
                backlog.Acknowledged(offset, record.LogBytes);
        }
    }

    /// <summary>A consumer reports where it, or whoever takes over from it, would continue.</summary>
    public void Consumed(string topic, int partition, long nextOffset)
    {
        lock (_gate)
        {
            if (_backlogs.TryGetValue(topic, out var backlogs) && partition < backlogs.Length)
                backlogs[partition].Consumed(nextOffset);
        }
    }

    private static string Reason(string topic, int partition, PartitionBacklog backlog) =>
        $"The consumer of {topic} [{partition}] is {backlog.Records} records ({backlog.Bytes} bytes) behind, nearly all that the embedded cluster "
        + "keeps of a partition. Nothing of this request was written. Start more feed generators, or use brokers that keep records for days.";
}
