using HdrHistogram;

namespace StreamSocial.Replay.Sending;

/// <summary>Times from 1 µs to an hour, each within 1 %, in memory that does not grow with a replay. Not thread-safe.</summary>
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
