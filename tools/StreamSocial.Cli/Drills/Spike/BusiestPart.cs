using StreamSocial.Events;
using StreamSocial.Replay;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Cli.Drills.Spike;

/// <summary>
/// A trace from the beginning of its busiest part on: the stretch of so many events that took the shortest time. The latest follows before it come first, since nobody's
/// feed takes anything where nobody follows. Follows of one time with which a trace begins are who followed whom before it, and no part of it.
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
        var window = new Queue<(int Index, DateTimeOffset At)>();
        var (start, shortest) = ((int?)null, TimeSpan.MaxValue);
        DateTimeOffset? first = null;
        foreach (var (index, next) in scan.ReadEvents().Index())
        {
            if (next.OccurredAt is not { } at)
                continue;
            first ??= at;
            if (start is null && at == first && next is ReplayAction { Type: ActionType.Follow })
                continue;
            start ??= index;
            window.Enqueue((index, at));
            if (window.Count < events)
                continue;
            var (begin, from) = window.Dequeue();
            if (at - from < shortest)
                (start, shortest) = (begin, at - from);
        }
        return start ?? 0;
    }
}
