namespace StreamSocial.Streams.Rebalancing;

/// <summary>How long a client has been closing without calling anybody, after which it is left behind: nobody waits for it any more. Thread-safe.</summary>
/// <param name="time">Measures it.</param>
internal sealed class ClosingClient(TimeProvider time)
{
    private const long NotClosing = -1;
    private const long LeftBehind = -2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A timestamp, or one of the two above.</summary>
    private long _since = NotClosing;

    public bool IsClosing => Interlocked.Read(ref _since) >= 0;

    /// <summary>Whether what the client calls is to do nothing.</summary>
    public bool IsLeftBehind => Interlocked.Read(ref _since) == LeftBehind;

    /// <summary>The client closes from now on.</summary>
    public void Begin() => Interlocked.Exchange(ref _since, time.GetTimestamp());

    /// <summary>The client calls a handler, which has bounds of its own, until it closes again; false when it is left behind.</summary>
    public bool TryPause()
    {
        while (Interlocked.Read(ref _since) is not LeftBehind and var since)
        {
            if (Interlocked.CompareExchange(ref _since, NotClosing, since) == since)
                return true;
        }
        return false;
    }

    /// <summary>Leaves the client behind, whatever it does.</summary>
    public void LeaveBehind() => Interlocked.Exchange(ref _since, LeftBehind);

    /// <summary>Leaves the client behind if it has been closing for too long, and calls nobody.</summary>
    public bool TryLeaveBehind() =>
        Interlocked.Read(ref _since) is >= 0 and var since && time.GetElapsedTime(since) >= Patience && Interlocked.CompareExchange(ref _since, LeftBehind, since) == since;
}
