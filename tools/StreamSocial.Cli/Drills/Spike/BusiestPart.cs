using StreamSocial.Replay;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Cli.Drills.Spike;

/// <summary>A trace from the beginning of its busiest part on: the stretch of so many events that took the shortest time.</summary>
internal sealed class BusiestPart(Func<ITraceSource> open, int events) : ITraceSource
{
    private readonly ITraceSource _trace = open();

    public string Description => $"the busiest part of {_trace.Description}";

    public double? FractionRead => null;

    public long InteractionsRead => _trace.InteractionsRead;

    /// <summary>Everything before is read and left out.</summary>
    public IEnumerable<ReplayEvent> ReadEvents() => _trace.ReadEvents().Skip(FindStart());

    public void Dispose() => _trace.Dispose();

    private int FindStart()
    {
        using var scan = open();
        var window = new Queue<DateTimeOffset>(events);
        var (start, shortest, index) = (0, TimeSpan.MaxValue, 0);
        foreach (var next in scan.ReadEvents())
        {
            if (next.OccurredAt is not { } at)
                continue;
            window.Enqueue(at);
            index++;
            if (window.Count < events)
                continue;
            var length = at - window.Dequeue();
            if (length < shortest)
                (start, shortest) = (index - events, length);
        }
        return start;
    }
}
