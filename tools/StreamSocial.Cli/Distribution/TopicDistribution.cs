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
