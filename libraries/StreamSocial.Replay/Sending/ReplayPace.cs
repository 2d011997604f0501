namespace StreamSocial.Replay.Sending;

/// <summary>When each event of a replay is due.</summary>
public sealed record ReplayPace
{
    private readonly double _eventsPerSecond;
    private readonly double _speed;

    private ReplayPace(double eventsPerSecond, double speed)
    {
        _eventsPerSecond = eventsPerSecond;
        _speed = speed;
    }

    /// <summary>As fast as ingest takes them.</summary>
    public static ReplayPace Unlimited { get; } = new(0, 0);

    /// <summary>A fixed number of events a second; above 0.</summary>
    public static ReplayPace FixedRate(double eventsPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eventsPerSecond);
        return new ReplayPace(eventsPerSecond, 0);
    }

    /// <summary>A multiple of the speed at which the events happened; above 0.</summary>
    public static ReplayPace TraceSpeed(double multiple)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(multiple);
        return new ReplayPace(0, multiple);
    }

    /// <summary>Time from the start of the replay at which an event is due.</summary>
    /// <param name="index">Number of events before it.</param>
    /// <param name="traceTime">Time in the trace from the first event to it.</param>
    public TimeSpan DueAfter(long index, TimeSpan traceTime) =>
        _eventsPerSecond > 0 ? TimeSpan.FromSeconds(index / _eventsPerSecond)
        : _speed > 0 ? traceTime / _speed
        : TimeSpan.Zero;

    /// <inheritdoc/>
    public override string ToString() =>
        _eventsPerSecond > 0 ? $"{_eventsPerSecond:N0} events/s"
        : _speed > 0 ? $"{_speed:0.##}x the trace's own speed"
        : "as fast as ingest takes them";
}
