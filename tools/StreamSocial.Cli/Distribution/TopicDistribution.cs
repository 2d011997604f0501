using StreamSocial.Kafka.Topics;

namespace StreamSocial.Cli.Distribution;

/// <summary>How the records of a topic are spread over its partitions.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="Records">Records written in all.</param>
/// <param name="Mean">Records per partition.</param>
/// <param name="Max">Records in the fullest partition.</param>
/// <param name="Empty">Partitions without a record.</param>
/// <param name="Hot">The fullest partitions, fullest first; empty when they were not asked for.</param>
internal sealed record TopicDistribution(
    string Topic, int Partitions, long Records, double Mean, long Max, int Empty, IReadOnlyList<HotPartition> Hot)
{
    /// <summary>The topic as the cluster has it; null when it was not asked for.</summary>
    public TopicReport? Report { get; init; }

    /// <summary>How many times the mean the fullest partition has; null without records.</summary>
    public double? MaxOverMean => Records == 0 ? null : Max / Mean;

    /// <summary>Pure.</summary>
    public static TopicDistribution Of(string topic, IReadOnlyCollection<PartitionRecords> partitions)
    {
        var records = partitions.Sum(partition => partition.Written);
        return new TopicDistribution(
            topic,
            partitions.Count,
            records,
            partitions.Count == 0 ? 0 : (double)records / partitions.Count,
            partitions.Count == 0 ? 0 : partitions.Max(partition => partition.Written),
            partitions.Count(partition => partition.Written == 0),
            []);
    }
}

/// <summary>One of the fullest partitions of a topic and what fills it.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Records">Records written to it.</param>
/// <param name="TimesMean">Records divided by the mean over all partitions.</param>
/// <param name="SampledEntries">Entries looked at to find the keys.</param>
/// <param name="Keys">The most frequent keys among them.</param>
internal sealed record HotPartition(int Partition, long Records, double TimesMean, long SampledEntries, IReadOnlyList<HotKey> Keys);

/// <summary>A key and its part of the sampled entries of a partition.</summary>
internal sealed record HotKey(string Key, long Entries, double Share);

/// <summary>What one partition's log holds.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="BeginOffset">Offset of the first record that is still there.</param>
/// <param name="NextOffset">Offset that the next record will get.</param>
internal readonly record struct PartitionRecords(int Partition, long BeginOffset, long NextOffset)
{
    /// <summary>Records written in all, those included that retention has taken since.</summary>
    public long Written => NextOffset;
}
