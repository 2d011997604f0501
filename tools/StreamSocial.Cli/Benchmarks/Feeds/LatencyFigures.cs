namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>How long deliveries took, from the time at which their line of the trace was due until a reader of the feed had them.</summary>
/// <param name="Due">Deliveries to the feeds that were read; null when unknown.</param>
/// <param name="Seen">Those that their readers saw.</param>
/// <param name="P50">Half of them took no longer.</param>
/// <param name="P99">99 of 100 took no longer.</param>
/// <param name="P999">999 of 1,000 took no longer.</param>
/// <param name="Longest">None took longer.</param>
internal sealed record LatencyFigures(long? Due, long Seen, TimeSpan P50, TimeSpan P99, TimeSpan P999, TimeSpan Longest)
{
    /// <exception cref="NotHeldException">Nothing was seen.</exception>
    public static LatencyFigures Of(long due, IEnumerable<TimeSpan> latencies)
    {
        TimeSpan[] sorted = [.. latencies.Order()];
        return sorted.Length > 0
            ? new(due, sorted.Length, Quantile(0.5), Quantile(0.99), Quantile(0.999), sorted[^1])
            : throw new NotHeldException($"None of {due:N0} deliveries was seen.");

        // The smallest value that so large a share does not exceed.
        TimeSpan Quantile(double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }

    /// <summary>Reads a line of a peer's output; null when it is not what readers of committed feeds saw.</summary>
    public static LatencyFigures? TryRead(string line)
    {
        if (PeerLine.TryRead(line) is not { Test: "T3" } found)
            return null;
        return Part("count") is { } count && Time("p50ms") is { } p50 && Time("p99ms") is { } p99 && Time("p999ms") is { } p999 && Time("maxms") is { } longest
            ? new((long?)found["deliveriesDue"], (long)count, p50, p99, p999, longest)
            : null;

        double? Part(string name) => found.Part("committed", name);

        TimeSpan? Time(string name) => Part(name) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }
}
