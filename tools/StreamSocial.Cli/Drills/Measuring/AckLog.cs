using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>What ingest had acknowledged when. Thread-safe.</summary>
internal sealed class AckLog(DrillClock clock, IProgress<ReplayProgress> next) : IProgress<ReplayProgress>
{
    private readonly CountSeries _acknowledged = new();

    /// <inheritdoc/>
    public void Report(ReplayProgress value)
    {
        lock (_acknowledged)
            _acknowledged.Add(clock.Now, value.Sent);
        next.Report(value);
    }

    public T Read<T>(Func<CountSeries, T> read)
    {
        lock (_acknowledged)
            return read(_acknowledged);
    }
}
