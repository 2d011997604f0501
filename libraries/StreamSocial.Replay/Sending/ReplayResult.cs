using HdrHistogram;

namespace StreamSocial.Replay.Sending;

/// <summary>Result of a finished replay.</summary>
/// <param name="Actions">Actions that ingest acknowledged.</param>
/// <param name="Interactions">Views, impressions and clicks that ingest acknowledged.</param>
/// <param name="Requests">Requests that were acknowledged.</param>
/// <param name="Retries">Number of repeated requests.</param>
/// <param name="Bytes">Bytes of acknowledged request bodies.</param>
/// <param name="Elapsed">From the first event read to the last acknowledgement.</param>
/// <param name="LatencyP50">Median time of a request from its first attempt to its acknowledgement; null without requests.</param>
/// <param name="LatencyP99">99th percentile of the same.</param>
/// <param name="LatencyMax">The longest.</param>
public sealed record ReplayResult(
    long Actions,
    long Interactions,
    long Requests,
    long Retries,
    long Bytes,
    TimeSpan Elapsed,
    TimeSpan? LatencyP50,
    TimeSpan? LatencyP99,
    TimeSpan? LatencyMax)
{
    /// <summary>Acknowledged events per second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? (Actions + Interactions) / Elapsed.TotalSeconds : 0;
}

/// <summary>Progress of a replay.</summary>
/// <param name="Sent">Events that ingest acknowledged.</param>
/// <param name="Retries">Number of repeated requests.</param>
/// <param name="Elapsed">Time since the start.</param>
/// <param name="Rate">Events per second since the previous report.</param>
/// <param name="FractionDone">0 to 1; null if the length of the trace is unknown.</param>
public sealed record ReplayProgress(long Sent, long Retries, TimeSpan Elapsed, double Rate, double? FractionDone)
{
    /// <summary>Time left at the average speed so far; null if unknown, or more than can be said.</summary>
    public TimeSpan? TimeLeft =>
        FractionDone is > 0 and <= 1 and { } done && Elapsed.TotalSeconds * ((1 - done) / done) is var left && left < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(left) : null;
}

/// <summary>Histogram of times from 1 µs to one hour, exact within 1 %, in constant memory. Not thread-safe.</summary>
internal sealed class LatencyHistogram
{
    private const long HighestMicroseconds = 3_600_000_000;
    private const int SignificantDigits = 2;

    private readonly LongHistogram _microseconds = new(HighestMicroseconds, SignificantDigits);

    /// <summary>The longest time recorded, exactly; null without any.</summary>
    public TimeSpan? Maximum { get; private set; }

    public void Record(TimeSpan time)
    {
        _microseconds.RecordValue(Math.Clamp((long)time.TotalMicroseconds, 1, HighestMicroseconds));
        if (Maximum is null || time > Maximum)
            Maximum = time;
    }

    public void Add(LatencyHistogram other)
    {
        _microseconds.Add(other._microseconds);
        if (Maximum is null || other.Maximum > Maximum)
            Maximum = other.Maximum;
    }

    /// <summary>Upper bound of the bucket that holds a quantile, at most the maximum; null without records.</summary>
    public TimeSpan? Quantile(double quantile)
    {
        if (Maximum is not { } maximum)
            return null;

        var bound = TimeSpan.FromMicroseconds(_microseconds.GetValueAtPercentile(quantile * 100));
        return bound < maximum ? bound : maximum;
    }
}
