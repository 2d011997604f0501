namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>Until when another replica may be silent.</summary>
internal sealed class StreamPulse(TimeProvider timeProvider)
{
    private long _until = long.MaxValue;

    public bool IsOver => timeProvider.GetTimestamp() > Volatile.Read(ref _until);

    public void Beat(TimeSpan mayBeSilentFor) =>
        Volatile.Write(ref _until, timeProvider.GetTimestamp() + (long)(mayBeSilentFor.TotalSeconds * timeProvider.TimestampFrequency));
}
