using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;

namespace StreamSocial.Cli.Distribution;

/// <summary>Looks into the logs of a cluster without taking part in any group.</summary>
internal sealed class LogInspector(KafkaClientSettings settings) : IDisposable
{
    private const int HotPartitions = 3;
    private const int KeysShown = 3;
    private const int SampledRecords = 50_000;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SampleTime = TimeSpan.FromSeconds(5);
    private readonly IAdminClient _admin = new AdminClientBuilder(settings.CreateAdminConfig("streamsocial-cli"))
        .SetLogHandler((_, _) => { })
        .Build();

    private readonly PartitionOffsets _offsets = new(settings, NullLogger<PartitionOffsets>.Instance);

    public void Dispose() => _admin.Dispose();

    /// <summary>Partition counts of all topics.</summary>
    /// <exception cref="ToolException">The cluster does not answer.</exception>
    public IReadOnlyDictionary<string, int> ReadPartitionCounts()
    {
        try
        {
            return _admin.GetMetadata(RequestTimeout).Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
        }
        catch (KafkaException e)
        {
            throw new ToolException($"Kafka at {settings.BootstrapServers} does not answer ({e.Error.Reason}). Is it running, and is the address right?", e);
        }
    }

    /// <summary>The profile whose partition counts the input topics have; null when they have those of none.</summary>
    /// <param name="counts">Partition counts of all topics.</param>
    public static TopologyProfile? ProfileOf(IReadOnlyDictionary<string, int> counts)
    {
        foreach (var profile in Enum.GetValues<TopologyProfile>())
        {
            var catalog = StreamSocialTopics.For(profile);
            if (FeedGeneratorStages.Inputs.All(topic => counts.GetValueOrDefault(topic) == catalog[topic].Partitions))
                return profile;
        }
        return null;
    }

    /// <summary>Number of partitions that lack a replica in sync; null when the cluster does not answer.</summary>
    public int? CountUnderReplicated()
    {
        try
        {
            return _admin.GetMetadata(RequestTimeout).Topics.Sum(topic => topic.Partitions.Count(partition => partition.InSyncReplicas.Length < partition.Replicas.Length));
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    /// <summary>Spread of a topic with the keys that make its fullest partitions so.</summary>
    public async Task<TopicDistribution> DescribeAsync(string topic, bool withKeys, CancellationToken cancellationToken)
    {
        var ranges = (await _offsets.ReadRangesAsync(topic, cancellationToken)).Select((range, partition) => new PartitionRecords(partition, range.First, range.End)).ToList();
        var distribution = TopicDistribution.Of(topic, ranges);
        if (!withKeys || distribution.Records == 0)
            return distribution;

        var hottest = ranges.OrderByDescending(range => range.Written).Take(HotPartitions);
        return distribution with
        {
            Hot = [.. hottest.Select(range =>
            {
                var (entries, keys) = SampleKeys(topic, range, cancellationToken);
                return new HotPartition(range.Partition, range.Written, range.Written / distribution.Mean, entries, keys);
            })],
        };
    }

    /// <summary>Reads the newest records of a partition, a bounded number for a bounded time, and counts their keys.</summary>
    private (long Entries, IReadOnlyList<HotKey> Keys) SampleKeys(string topic, in PartitionRecords range, CancellationToken cancellationToken)
    {
        var config = settings.CreateConsumerConfig("streamsocial-cli", "streamsocial-cli");
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        var from = Math.Max(range.BeginOffset, range.NextOffset - SampledRecords);
        consumer.Assign(new TopicPartitionOffset(topic, range.Partition, from));

        var counts = new Dictionary<string, long>();
        var entries = 0L;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(SampleTime);
        try
        {
            for (var next = from; next < range.NextOffset;)
            {
                var record = consumer.Consume(timeout.Token);
                next = record.Offset + 1;
                foreach (var key in EntryKeys.Of(record))
                {
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                    entries++;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The sample is as large as its time allowed.
        }

        var keys = counts.OrderByDescending(pair => pair.Value).Take(KeysShown).Select(pair => new HotKey(pair.Key, pair.Value, (double)pair.Value / entries));
        return (entries, [.. keys]);
    }
}
