namespace StreamSocial.Cli.Benchmarks;

/// <summary>What is shown of a benchmark's rounds.</summary>
internal static class Rounds
{
    /// <summary>The middle value; of an even number of values the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
