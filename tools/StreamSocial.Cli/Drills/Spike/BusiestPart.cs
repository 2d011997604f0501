using StreamSocial.Events;
using StreamSocial.Replay;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Cli.Drills.Spike;

/// <summary>
/// A trace from the beginning of its busiest part on: the stretch of so many events that took the shortest time. The latest follows before it come first, since nobody's
/// feed takes anything where nobody follows.
/// </summary>
/// <param name="open">Opens the trace.</param>
/// <param name="events">Events of the busiest part.</param>
/// <param name="follows">Most follows before it.</param>
internal sealed class BusiestPart(Func<ITraceSource> open, int events, int follows) : ITraceSource
{
    private readonly ITraceSource _trace = open();

    public string Description => $"the busiest part of {_trace.Description}";

    public double? FractionRead => null;

    public long InteractionsRead => _trace.InteractionsRead;

    /// <summary>Everything before is read and left out, but for the latest follows.</summary>
    public IEnumerable<ReplayEvent> ReadEvents()
    {
        var (left, before) = (FindStart(), new Queue<ReplayEvent>());
        foreach (var next in _trace.ReadEvents())
        {
            if (left == 0)
            {
                while (before.TryDequeue(out var follow))
                    yield return follow;
                yield return next;
                continue;
            }
            left--;
            if (next is not ReplayAction { Type: ActionType.Follow })
                continue;
            before.Enqueue(next);
            if (before.Count > follows)
                before.Dequeue();
        }
    }

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
