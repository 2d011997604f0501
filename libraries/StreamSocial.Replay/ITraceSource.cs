using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay;

/// <summary>Source of the events of a replay.</summary>
public interface ITraceSource : IDisposable
{
    /// <summary>Description for people: the file's name, or how the events are generated.</summary>
    string Description { get; }

    /// <summary>Fraction read so far, 0 to 1; null if unknown.</summary>
    double? FractionRead { get; }

    /// <summary>Source items read so far, such as lines of a file; one item may give several events.</summary>
    long InteractionsRead { get; }

    /// <summary>All events in the order in which they happened; can be enumerated once.</summary>
    IEnumerable<ReplayEvent> ReadEvents();
}

/// <summary>The first events of another source.</summary>
/// <param name="inner">The source; owned.</param>
/// <param name="limit">Number of events to take.</param>
public sealed class LimitedTrace(ITraceSource inner, long limit) : ITraceSource
{
    private long _taken;

    /// <inheritdoc/>
    public string Description => $"the first {limit:N0} events of {inner.Description}";

    /// <inheritdoc/>
    public long InteractionsRead => inner.InteractionsRead;

    /// <inheritdoc/>
    public double? FractionRead
    {
        get
        {
            var byLimit = limit == 0 ? 1 : (double)Volatile.Read(ref _taken) / limit;
            return inner.FractionRead is { } fraction ? Math.Max(fraction, byLimit) : byLimit;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<ReplayEvent> ReadEvents()
    {
        if (limit == 0)
            yield break;

        foreach (var replayEvent in inner.ReadEvents())
        {
            yield return replayEvent;
            if (++_taken >= limit)
                yield break;
        }
    }

    public void Dispose() => inner.Dispose();
}
