namespace StreamSocial.Cli.Verification;

/// <summary>Compares the trend with the reference. Pure.</summary>
/// <remarks>
/// A partition ranks a number of contents, and learns that one is among the best when somebody interacts with it. When better ones have lost what was taken back since,
/// the trend still lacks it. So it must be there only if fewer others than that number ever had as much.
/// </remarks>
internal static class TrendComparison
{
    /// <summary>How far a score may be off, as a share of all that the content ever had: the service adds up logarithms, which it rounds.</summary>
    private const double Tolerance = 1e-4;

    /// <param name="expected">What each content weighs.</param>
    /// <param name="size">Contents that a partition ranks, and that were asked for.</param>
    /// <param name="actual">What was read, best first.</param>
    /// <returns>What differs, a sentence each.</returns>
    public static IReadOnlyList<string> Compare(IReadOnlyDictionary<string, TrendWeight> expected, int size, ReadTrend actual)
    {
        var differences = new List<string>();
        var listed = actual.Contents.Select(content => content.Counters.ContentId).ToHashSet();
        long? latest = listed.Count > 0 ? listed.Max(content => expected.GetValueOrDefault(content).At) : null;
        if (actual.AsOf != latest)
            differences.Add($"its time is {actual.AsOf}, the latest one of its contents {latest}");
        if (listed.Count < actual.Contents.Count)
            differences.Add($"it lists {listed.Count} contents in {actual.Contents.Count} places");

        var at = latest ?? expected.Values.Select(weight => weight.At).DefaultIfEmpty().Max();
        foreach (var (place, (score, counters)) in actual.Contents.Index())
        {
            var weight = expected.GetValueOrDefault(counters.ContentId).AsOf(at);
            if (Math.Abs(score - weight.Left) > Tolerance * weight.Ever)
                differences.Add($"{counters.ContentId} has the score {score}, expected {weight.Left}");
            if (place > 0 && score > actual.Contents[place - 1].Score)
                differences.Add($"{counters.ContentId} is behind {actual.Contents[place - 1].Counters.ContentId}, which scores less");
        }

        var bar = Math.Max(0, expected.Values.Select(weight => weight.AsOf(at).Ever).OrderDescending().Skip(size).FirstOrDefault());
        foreach (var (content, weight) in expected.Select(content => (content.Key, content.Value.AsOf(at))))
        {
            if (!listed.Contains(content) && weight.Left - (Tolerance * weight.Ever) > bar)
                differences.Add($"{content} is missing, whose score is {weight.Left}");
        }

        return differences;
    }
}

/// <summary>The trend as the read API gives it.</summary>
/// <param name="AsOf">Time to which the scores are decayed, Unix milliseconds; null when there are none.</param>
/// <param name="Contents">The contents' scores and counters, best first.</param>
internal sealed record ReadTrend(long? AsOf, IReadOnlyList<(double Score, ReadCounters Counters)> Contents);
