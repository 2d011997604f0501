namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Time since the drill began: the one scale of all its figures.</summary>
internal sealed class DrillClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>The moment that a process of this machine calls so many Unix milliseconds; negative before the drill.</summary>
    public TimeSpan Of(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds) - _startedAt;
}
