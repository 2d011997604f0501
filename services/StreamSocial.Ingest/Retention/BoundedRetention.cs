using Confluent.Kafka.Admin;
using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Retention;

namespace StreamSocial.Ingest.Retention;

/// <summary>Guard for the embedded cluster: rejects records for a partition whose consumer lags by nearly all that the partition keeps.</summary>
internal sealed class BoundedRetention(Destinations destinations, IOptions<IngestOptions> options) : IRetentionGuard
{
    /// <summary>What an embedded partition keeps, less what others may write meanwhile: of 100,000 records and 5 MiB.</summary>
    private const long KeptRecords = 95_000;
    private const long KeptBytes = MostBytes - (256 * 1_024);

    /// <summary>Most bytes that an embedded partition has.</summary>
    private const long MostBytes = 5 * 1_024 * 1_024;

    /// <summary>Most bytes of a record besides its text: ids, framing and headers.</summary>
    private const long MostBesideText = 16 * 1_024;

    /// <summary>Most bytes of a code point.</summary>
    private const long MostOfACodePoint = 4;

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

    /// <summary>Records what a partition's log has before this instance writes to it: records that others were told are taken.</summary>
    /// <remarks>Nobody tells their size, but all that are kept have no more than a partition keeps, and none has more than a longest text.</remarks>
    public void Found(string topic, int partition, long firstOffset, long endOffset)
    {
        lock (_gate)
        {
            var records = Math.Max(1, endOffset - firstOffset);
            _backlogs[topic][partition].Found(firstOffset, endOffset, Math.Min((MostBytes + records - 1) / records, MostBesideText + (MostOfACodePoint * options.Value.MaxTextChars)));
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
        $"The consumer of {topic} [{partition}] is {backlog.Records} records (up to {backlog.Bytes} bytes) behind, nearly all that the embedded cluster "
        + "keeps of a partition. Nothing of this request was written. Start more feed generators, or use brokers that keep records for days.";
}

/// <summary>Passes the positions that members report to the guard, and before the first record where the logs end.</summary>
internal sealed class ConsumerPositions(IMembersView members, LogEndReader logs, Destinations destinations, BoundedRetention retention, TimeProvider time) : BackgroundService
{
    private const string Unknown = "Where the logs end is not known of all partitions yet: a broker is away.";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Finds what consumers have yet to read. A partition of which no member reports a position counts as unread from its beginning.
    /// </summary>
    /// <returns>Why that is unknown; null once the guard knows it.</returns>
    public async Task<string?> FindBacklogAsync(CancellationToken cancellationToken)
    {
        (string Name, int Partitions)[] topics = [.. destinations.Topics.Select(topic => (topic, destinations.PartitionCountOf(topic)))];
        var firsts = await logs.ReadAsync(topics, OffsetSpec.Earliest(), AnswerTimeout, cancellationToken);
        if (!firsts.All(topic => topic.IsComplete))
            return Unknown;
        var ends = await logs.ReadAsync(topics, AnswerTimeout, cancellationToken);
        if (!ends.All(topic => topic.IsComplete))
            return Unknown;
        try
        {
            // Meanwhile they were read too.
            await _caughtUp.Task.WaitAsync(AnswerTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return "The members' reports have not been read to their end yet.";
        }
        foreach (var (first, end) in firsts.Zip(ends))
        {
            for (var partition = 0; partition < end.NextOffsets.Length; partition++)
                retention.Found(end.Topic, partition, first.NextOffsets[partition]!.Value, end.NextOffsets[partition]!.Value);
        }
        return null;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => members.FollowAsync(Apply, stoppingToken);

    private void Apply(MembersSnapshot snapshot)
    {
        foreach (var (topic, partition, nextOffset) in ConsumedPositions.Of(snapshot))
            retention.Consumed(topic, partition, nextOffset);
        if (snapshot.IsCaughtUp)
            _caughtUp.TrySetResult();
    }
}
