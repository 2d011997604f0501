using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay.Traces;

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
