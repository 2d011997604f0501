namespace StreamSocial.Topics;

/// <summary>Measures how evenly something is spread over partitions. Pure.</summary>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="Total">Sum over all.</param>
/// <param name="Max">Largest partition.</param>
/// <param name="Empty">Partitions with nothing.</param>
/// <param name="MaxToMean">Largest over mean; 1 is even, <paramref name="Partitions"/> is all in one.</param>
/// <param name="CoefficientOfVariation">Standard deviation over mean; 0 is even.</param>
/// <param name="Gini">0 is even, near 1 is all in one.</param>
/// <remarks>The three ratios are null if the total is 0, because there is no mean to compare with.</remarks>
public sealed record PartitionDistribution(
    int Partitions, long Total, long Max, int Empty, double? MaxToMean, double? CoefficientOfVariation, double? Gini)
{
    /// <summary>Measures counts or sizes by partition.</summary>
    /// <exception cref="ArgumentException">A count is negative, or there is none.</exception>
    public static PartitionDistribution Of(IReadOnlyCollection<long> counts)
    {
        if (counts.Count == 0)
            throw new ArgumentException("A distribution needs at least one partition.", nameof(counts));
        var sorted = counts.Order().ToArray();
        if (sorted[0] < 0)
            throw new ArgumentException($"A partition has {sorted[0]} records; counts are 0 or more.", nameof(counts));

        var total = sorted.Sum();
        var empty = sorted.TakeWhile(count => count == 0).Count();
        if (total == 0)
            return new PartitionDistribution(sorted.Length, 0, 0, empty, null, null, null);

        var mean = (double)total / sorted.Length;
        var deviation = Math.Sqrt(sorted.Sum(count => (count - mean) * (count - mean)) / sorted.Length);
        // G = 2 Σ i·x(i) / (n Σ x) − (n + 1) / n over the ascending values, i from 1.
        var weighted = sorted.Select((count, i) => (i + 1.0) * count).Sum();
        var gini = (2 * weighted / ((double)sorted.Length * total)) - ((sorted.Length + 1.0) / sorted.Length);
        return new PartitionDistribution(sorted.Length, total, sorted[^1], empty, sorted[^1] / mean, deviation / mean, gini);
    }
}
