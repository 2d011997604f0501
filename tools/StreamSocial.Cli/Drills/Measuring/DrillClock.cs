namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Time since the drill began: the one scale of all its figures.</summary>
internal sealed class DrillClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_start);
}
