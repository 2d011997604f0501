namespace StreamSocial.Topics;

/// <summary>How uneven a topic's partitions are, judged by the 20 % rule: the fullest one has at most 20 % above the mean. Pure.</summary>
/// <param name="MaxToMean">Fullest over mean; 1 is even.</param>
/// <param name="CoefficientOfVariation">Standard deviation over mean; 0 is even.</param>
/// <param name="Fullest">Number of the fullest partition.</param>
/// <param name="Verdict">The rule's verdict.</param>
public sealed record PartitionSkew(double MaxToMean, double CoefficientOfVariation, int Fullest, SkewVerdict Verdict)
{
    /// <summary>Most that the fullest partition may have, as a multiple of the mean.</summary>
    public const double MostMaxToMean = 1.2;

    /// <summary>
    /// Deviations of a count that chance explains: keys that fall evenly give counts with a standard deviation of the root of the mean, and hardly one in a
    /// million exceeds five of them.
    /// </summary>
    private const double ChanceDeviations = 5;

    /// <summary>Judges counts of records by partition; null where one is unknown or all are 0.</summary>
    public static PartitionSkew? OfRecords(IReadOnlyList<long?> records) => Of(records, areCounts: true);

    /// <summary>Judges sizes in bytes by partition; null where one is unknown or all are 0.</summary>
    public static PartitionSkew? OfBytes(IReadOnlyList<long?> bytes) => Of(bytes, areCounts: false);

    private static PartitionSkew? Of(IReadOnlyList<long?> sizes, bool areCounts)
    {
        var known = sizes.Where(size => size is not null).Select(size => size!.Value).ToList();
        if (known.Count == 0 || known.Count < sizes.Count)
            return null;
        var spread = PartitionDistribution.Of(known);
        if (spread is not { MaxToMean: { } ratio, CoefficientOfVariation: { } variation })
            return null;
        var mean = (double)spread.Total / spread.Partitions;
        var verdict = ratio <= MostMaxToMean ? SkewVerdict.Even
            : areCounts && spread.Max <= mean + (ChanceDeviations * Math.Sqrt(mean)) ? SkewVerdict.TooFew
            : SkewVerdict.Uneven;
        return new PartitionSkew(ratio, variation, known.IndexOf(spread.Max), verdict);
    }
}

/// <summary>What the 20 % rule says of a topic.</summary>
public enum SkewVerdict
{
    /// <summary>The fullest partition is within 20 % of the mean.</summary>
    Even,

    /// <summary>It is not, and chance alone explains that: there are too few records to judge.</summary>
    TooFew,

    /// <summary>It is not.</summary>
    Uneven,
}
