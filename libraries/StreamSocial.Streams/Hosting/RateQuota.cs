namespace StreamSocial.Streams.Hosting;

/// <summary>
/// Caps what a member takes a second: the entries that it processes, as the processor quota of a small container would, or the bytes that it restores. A token
/// bucket that may be overdrawn by one record, since a record is taken as a whole (generic cell rate algorithm, ITU-T I.371). Thread-safe.
/// </summary>
/// <param name="unitsPerSecond">The cap; 0 for none.</param>
/// <param name="time">The clock.</param>
internal sealed class RateQuota(double unitsPerSecond, TimeProvider time)
{
    /// <summary>Time for which unused quota is kept.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly double _ticksPerUnit = unitsPerSecond > 0 ? time.TimestampFrequency / unitsPerSecond : 0;
    private readonly long _burst = (long)(Burst.TotalSeconds * time.TimestampFrequency);

    /// <summary>When everything taken so far has been paid for.</summary>
    private long _paidAt = time.GetTimestamp();

    /// <summary>Time until more may be taken; zero or less when that is now.</summary>
    public TimeSpan Wait
    {
        get
        {
            if (_ticksPerUnit == 0)
                return TimeSpan.Zero;
            var now = time.GetTimestamp();
            var paidAt = Interlocked.Read(ref _paidAt);
            return now >= paidAt ? TimeSpan.Zero : time.GetElapsedTime(now, paidAt);
        }
    }

    /// <summary>Takes the quota of what was processed.</summary>
    public void Take(long units)
    {
        if (_ticksPerUnit == 0 || units == 0)
            return;
        var cost = (long)(units * _ticksPerUnit);
        var earliest = time.GetTimestamp() - _burst;
        for (var before = Interlocked.Read(ref _paidAt); ;)
        {
            var seen = Interlocked.CompareExchange(ref _paidAt, Math.Max(before, earliest) + cost, before);
            if (seen == before)
                return;
            before = seen;
        }
    }
}
