using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Reporting;

/// <summary>The utilization of the lanes over the last seconds, and the rate that they would reach if they were never idle.</summary>
internal sealed class LaneUtilization(MemberTotals totals, int lanes, TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    /// <summary>A rate computed from less work than this would be noise.</summary>
    private static readonly TimeSpan LeastBusy = TimeSpan.FromMilliseconds(100);

    private readonly Queue<Sample> _samples = new();

    /// <summary>Adds a sample and measures from the oldest one in the window; null before there are two.</summary>
    public (double Ratio, double? TrueRate)? Measure()
    {
        var now = new Sample(time.GetTimestamp(), Interlocked.Read(ref totals.EntriesProcessed), Interlocked.Read(ref totals.BusyTicks));
        _samples.Enqueue(now);
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now.At) > Length)
            _samples.Dequeue();
        var first = _samples.Peek();
        var elapsed = time.GetElapsedTime(first.At, now.At);
        if (elapsed <= TimeSpan.Zero)
            return null;
        var busy = TimeSpan.FromTicks(now.BusyTicks - first.BusyTicks);
        double? rate = busy >= LeastBusy ? (now.Entries - first.Entries) / (busy.TotalSeconds / lanes) : null;
        return (Math.Min(1, busy / (elapsed * lanes)), rate);
    }

    private readonly record struct Sample(long At, long Entries, long BusyTicks);
}
