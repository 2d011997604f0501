using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Reporting;

/// <summary>The utilization of the lanes over the last seconds, and the rate that they would reach if they were never idle, as last measured.</summary>
internal sealed class LaneUtilization(MemberTotals totals, int lanes, TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    /// <summary>A rate computed from less work than this would be noise.</summary>
    private static readonly TimeSpan LeastBusy = TimeSpan.FromMilliseconds(100);

    private readonly Queue<Sample> _samples = new();
    private TrueRate? _trueRate;

    /// <summary>Adds a sample and measures from the oldest one in the window; null before there are two.</summary>
    public (double Ratio, TrueRate? TrueRate)? Measure()
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
        if (busy >= LeastBusy)
            _trueRate = new TrueRate((now.Entries - first.Entries) / (busy.TotalSeconds / lanes), time.GetUtcNow());
        return (Math.Min(1, busy / (elapsed * lanes)), _trueRate);
    }

    private readonly record struct Sample(long At, long Entries, long BusyTicks);
}

/// <summary>The rate at which a member would process if it were never idle.</summary>
/// <param name="EntriesPerSecond">The rate.</param>
/// <param name="At">When it was measured.</param>
internal sealed record TrueRate(double EntriesPerSecond, DateTimeOffset At);
