namespace StreamSocial.Cli.Distribution;

/// <summary>One of the fullest partitions of a topic and what fills it.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Records">Records written to it.</param>
/// <param name="TimesMean">Records divided by the mean over all partitions.</param>
/// <param name="SampledEntries">Entries looked at to find the keys.</param>
/// <param name="Keys">The most frequent keys among them.</param>
internal sealed record HotPartition(int Partition, long Records, double TimesMean, long SampledEntries, IReadOnlyList<HotKey> Keys);
