namespace StreamSocial.Streams.Testing;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public void Advance(TimeSpan duration) => _now += duration;

    /// <summary>Sets the time, which may not go back.</summary>
    public void Set(DateTimeOffset now) => _now = now >= _now
        ? now
        : throw new ArgumentOutOfRangeException(nameof(now), now, $"The clock is at {_now:O} and does not go back.");
}
