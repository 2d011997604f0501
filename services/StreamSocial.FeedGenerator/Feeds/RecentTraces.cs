using System.Diagnostics;
using StreamSocial.Events;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>
/// The traces of the updates that this process applied last and whose traces are sampled, for people who look at a feed. It is no part of the state: another
/// owner, or a later run, does not know them. Thread-safe.
/// </summary>
internal sealed class RecentTraces
{
    /// <summary>How many are remembered.</summary>
    public const int Capacity = 4_096;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Author, string Action), ActivityTraceId> _traces = [];
    private readonly Queue<(string Author, string Action)> _order = new();

    /// <summary>Remembers the current trace as that of an update. Costs nothing to speak of where there is none.</summary>
    public void Remember(FeedUpdate update)
    {
        if (Activity.Current is not { Recorded: true } activity)
            return;
        lock (_gate)
        {
            if (!_traces.ContainsKey((update.AuthorId, update.ActionId)))
                _order.Enqueue((update.AuthorId, update.ActionId));
            _traces[(update.AuthorId, update.ActionId)] = activity.TraceId;
            if (_order.Count > Capacity)
                _traces.Remove(_order.Dequeue());
        }
    }

    /// <summary>The trace of an action, in hexadecimal; null when it is not known.</summary>
    public string? Find(string author, string action)
    {
        lock (_gate)
            return _traces.TryGetValue((author, action), out var trace) ? trace.ToHexString() : null;
    }
}
