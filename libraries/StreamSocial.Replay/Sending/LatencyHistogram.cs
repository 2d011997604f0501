namespace StreamSocial.Replay.Sending;

/// <summary>Times in buckets that grow by 2 %, from 10 µs to about an hour: bounded memory however long a replay runs. Not thread-safe.</summary>
internal sealed class LatencyHistogram
{
    private const double Growth = 1.02;
    private const double SmallestMicroseconds = 10;
    private static readonly double LogGrowth = Math.Log(Growth);
    private readonly long[] _buckets = new long[1000];
    private long _count;

    /// <summary>The longest time recorded; null without any.</summary>
    public TimeSpan? Maximum { get; private set; }

    public void Record(TimeSpan time)
    {
        var ratio = Math.Max(1, time.TotalMicroseconds / SmallestMicroseconds);
        _buckets[Math.Min(_buckets.Length - 1, (int)(Math.Log(ratio) / LogGrowth))]++;
        _count++;
        if (Maximum is null || time > Maximum)
            Maximum = time;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _buckets.Length; i++)
            _buckets[i] += other._buckets[i];
        _count += other._count;
        if (Maximum is null || other.Maximum > Maximum)
            Maximum = other.Maximum;
    }

    /// <summary>Upper bound of the bucket that holds a quantile, at most the maximum; null without records.</summary>
    public TimeSpan? Quantile(double quantile)
    {
        if (Maximum is not { } maximum)
            return null;

        var rank = (long)Math.Ceiling(quantile * _count);
        var bucket = 0;
        for (var seen = _buckets[0]; seen < rank && bucket < _buckets.Length - 1; seen += _buckets[bucket])
            bucket++;
        var bound = TimeSpan.FromMicroseconds(SmallestMicroseconds * Math.Pow(Growth, bucket + 1));
        return bound < maximum ? bound : maximum;
    }
}
