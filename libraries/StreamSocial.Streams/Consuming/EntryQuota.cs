namespace StreamSocial.Streams.Consuming;

/// <summary>
/// Caps the entries that a member processes, as the processor quota of a small container would. A token bucket that may be overdrawn by one
/// record, since a record is processed as a whole (generic cell rate algorithm, ITU-T I.371). Thread-safe.
/// </summary>
/// <param name="entriesPerSecond">The cap; 0 for none.</param>
/// <param name="time">The clock.</param>
internal sealed class EntryQuota(double entriesPerSecond, TimeProvider time)
{
    /// <summary>Time for which unused quota is kept.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly double _ticksPerEntry = entriesPerSecond > 0 ? time.TimestampFrequency / entriesPerSecond : 0;
    private readonly long _burst = (long)(Burst.TotalSeconds * time.TimestampFrequency);

    /// <summary>When everything taken so far has been paid for.</summary>
    private long _paidAt = time.GetTimestamp();

    /// <summary>Time until more may be taken; zero or less when that is now.</summary>
    public TimeSpan Wait
    {
        get
        {
            if (_ticksPerEntry == 0)
                return TimeSpan.Zero;
            var now = time.GetTimestamp();
            var paidAt = Interlocked.Read(ref _paidAt);
            return now >= paidAt ? TimeSpan.Zero : time.GetElapsedTime(now, paidAt);
        }
    }

    /// <summary>Takes the quota of processed entries.</summary>
    public void Take(int entries)
    {
        if (_ticksPerEntry == 0 || entries == 0)
            return;
        var cost = (long)(entries * _ticksPerEntry);
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
