using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Retention;

namespace StreamSocial.Ingest.Retention;

/// <summary>Guard for the embedded cluster: rejects records for a partition whose consumer lags by nearly all that the partition keeps.</summary>
internal sealed class BoundedRetention(Destinations destinations, IOptions<IngestOptions> options) : IRetentionGuard
{
    /// <summary>What an embedded partition keeps, less what others may write meanwhile: of 100,000 records and 5 MiB.</summary>
    private const long KeptRecords = 95_000;
    private const long KeptBytes = (5 * 1_024 * 1_024) - (256 * 1_024);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PartitionBacklog[]> _backlogs = destinations.Topics.ToDictionary(
        topic => topic,
        topic => Enumerable.Range(0, destinations.PartitionCountOf(topic)).Select(_ => new PartitionBacklog()).ToArray());

    public bool IsBounded => true;

    public PublishOutcome? Admit(string topic, ReadOnlySpan<OutgoingRecord> records)
    {
        lock (_gate)
        {
            var backlogs = _backlogs[topic];
            foreach (var (partition, own) in Sum(records))
            {
                if (own.Records > KeptRecords || own.Bytes > KeptBytes)
                    return new(PublishStatus.TooLarge, TooLarge(topic, partition, own));
                if (!HasRoom(backlogs[partition], own))
                    return new(PublishStatus.HeldBack, Reason(topic, partition, backlogs[partition]));
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

    /// <summary>Records the position from which the consumer of a partition, or its successor, would continue.</summary>
    public void Consumed(string topic, int partition, long nextOffset)
    {
        lock (_gate)
        {
            if (_backlogs.TryGetValue(topic, out var backlogs) && partition >= 0 && partition < backlogs.Length)
                backlogs[partition].Consumed(nextOffset);
        }
    }

    private static Dictionary<int, (long Records, long Bytes)> Sum(ReadOnlySpan<OutgoingRecord> records)
    {
        var sums = new Dictionary<int, (long Records, long Bytes)>();
        foreach (ref readonly var record in records)
        {
            var (count, bytes) = sums.GetValueOrDefault(record.Partition);
            sums[record.Partition] = (count + 1, bytes + record.LogBytes);
        }
        return sums;
    }

    /// <summary>Whether the consumer of a partition is near enough, and the partition keeps what a request has for it until it is consumed.</summary>
    private bool HasRoom(PartitionBacklog backlog, (long Records, long Bytes) own) =>
        backlog.Records < options.Value.EmbeddedMaxAheadRecords && backlog.Bytes < options.Value.EmbeddedMaxAheadBytes
        && backlog.Records + own.Records <= KeptRecords && backlog.Bytes + own.Bytes <= KeptBytes;

    private static string TooLarge(string topic, int partition, (long Records, long Bytes) own) =>
        $"The request has {own.Records} records ({own.Bytes} bytes) for {topic} [{partition}], more than the embedded cluster keeps of a partition. "
        + "Nothing of it was written. Send it in parts.";

    private static string Reason(string topic, int partition, PartitionBacklog backlog) =>
        $"The consumer of {topic} [{partition}] is {backlog.Records} records ({backlog.Bytes} bytes) behind, nearly all that the embedded cluster "
        + "keeps of a partition. Nothing of this request was written. Start more feed generators, or use brokers that keep records for days.";
}

/// <summary>Passes the positions that members report to the guard.</summary>
internal sealed class ConsumerPositions(IMembersView members, BoundedRetention retention) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => members.FollowAsync(Apply, stoppingToken);

    private void Apply(MembersSnapshot snapshot)
    {
        foreach (var (topic, partition, nextOffset) in ConsumedPositions.Of(snapshot))
            retention.Consumed(topic, partition, nextOffset);
    }
}
