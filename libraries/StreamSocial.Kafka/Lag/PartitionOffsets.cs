using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Lag;

/// <summary>Asks the brokers for offsets of a topic, for a question that a person asks now and then: it connects for each.</summary>
/// <param name="settings">The cluster.</param>
/// <param name="logger">Takes the client's lines.</param>
public sealed class PartitionOffsets(KafkaClientSettings settings, ILogger<PartitionOffsets> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UnstablePause = TimeSpan.FromMilliseconds(50);

    /// <summary>First offset and end of each partition of a topic.</summary>
    /// <exception cref="KafkaException">The topic does not exist, or the brokers do not say.</exception>
    public async Task<IReadOnlyList<(long First, long End)>> ReadRangesAsync(string topic, CancellationToken cancellationToken)
    {
        using var admin = KafkaAdminClient.Create(settings, "offsets", logger);
        // Of all topics: a request for one by its name may create it.
        var metadata = await Task.Run(() => admin.GetMetadata(Timeout), cancellationToken);
        if (metadata.Topics.SingleOrDefault(found => found.Topic == topic) is not { Error.IsError: false } found)
            throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, $"There is no topic {topic}"));
        TopicPartition[] partitions = [.. found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)).OrderBy(partition => partition.Partition.Value)];
        var offsets = new OffsetLister(admin);
        var first = await offsets.ListAllAsync(partitions, OffsetSpec.Earliest(), Timeout);
        var ends = await offsets.ListAllAsync(partitions, OffsetSpec.Latest(), Timeout);
        return [.. partitions.Select(partition => (first[partition], ends[partition]))];
    }

    /// <summary>By partition, the first offset whose record is not older than a time; absent where there is none.</summary>
    /// <exception cref="KafkaException">The brokers do not say.</exception>
    public async Task<IReadOnlyDictionary<int, long>> FindAsync(string topic, IReadOnlyCollection<int> partitions, DateTimeOffset time, CancellationToken cancellationToken)
    {
        using var admin = KafkaAdminClient.Create(settings, "offsets", logger);
        var found = await new OffsetLister(admin).ListAllAsync(
            [.. partitions.Select(partition => new TopicPartition(topic, partition))], OffsetSpec.ForTimestamp(time.ToUnixTimeMilliseconds()), Timeout);
        cancellationToken.ThrowIfCancellationRequested();
        return found.Where(offset => offset.Value >= 0).ToDictionary(offset => offset.Key.Partition.Value, offset => offset.Value);
    }

    /// <summary>By partition, a group's committed offset; absent where it has none. Those that a transaction is just changing are asked for again, for at most 10 s.</summary>
    /// <exception cref="KafkaException">The brokers do not say, or a transaction does not end.</exception>
    public async Task<IReadOnlyDictionary<int, long>> ReadCommittedAsync(string group, string topic, IReadOnlyCollection<int> partitions, CancellationToken cancellationToken)
    {
        using var admin = KafkaAdminClient.Create(settings, "offsets", logger);
        var committed = new Dictionary<int, long>();
        var started = Stopwatch.GetTimestamp();
        for (var asked = partitions; ;)
        {
            var unstable = new List<int>();
            foreach (var offset in await ListCommittedAsync(admin, group, topic, asked, cancellationToken))
            {
                if (offset.Error.Code == ErrorCode.UnstableOffsetCommit)
                    unstable.Add(offset.Partition);
                else if (offset.Error.IsError)
                    throw new KafkaException(offset.Error);
                else if (offset.Offset.Value >= 0)
                    committed[offset.Partition] = offset.Offset;
            }
            if (unstable.Count == 0)
                return committed;
            if (Stopwatch.GetElapsedTime(started) > Timeout)
                throw new KafkaException(new Error(ErrorCode.UnstableOffsetCommit, $"transactions that commit offsets of {unstable.Count} partitions of {topic} do not end"));
            await Task.Delay(UnstablePause, cancellationToken);
            asked = unstable;
        }
    }

    private static async Task<IReadOnlyList<TopicPartitionOffsetError>> ListCommittedAsync(
        IAdminClient admin, string group, string topic, IEnumerable<int> partitions, CancellationToken cancellationToken)
    {
        try
        {
            var results = await admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(group, [.. partitions.Select(partition => new TopicPartition(topic, partition))])],
                new ListConsumerGroupOffsetsOptions { RequestTimeout = CoordinatorRequests.LibraryTimeout, RequireStableOffsets = true }).WithinAsync(Timeout, cancellationToken);
            return results[0].Partitions;
        }
        catch (ListConsumerGroupOffsetsException e) when (!e.Results[0].Error.IsError)
        {
            return e.Results[0].Partitions;
        }
        catch (ListConsumerGroupOffsetsException e)
        {
            throw new KafkaException(e.Results[0].Error);
        }
    }
}
