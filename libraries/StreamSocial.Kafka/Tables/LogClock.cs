namespace StreamSocial.Kafka.Tables;

/// <summary>The clock of a log: the append time of its newest record, and how it goes on from there.</summary>
/// <param name="NewestAppend">Append time of the newest record.</param>
/// <param name="ReadAt">When that was read, by the reader's clock.</param>
public sealed record LogClock(DateTimeOffset NewestAppend, DateTimeOffset ReadAt)
{
    /// <summary>The log's time. The reader's clock counts only as far as it went on since the newest record, so that it need not be right.</summary>
    /// <param name="now">Now, by the reader's clock.</param>
    public DateTimeOffset At(DateTimeOffset now) => now > ReadAt ? NewestAppend + (now - ReadAt) : NewestAppend;
}

/// <summary>
/// The append times of a partition as times that never go back, also where a broker's clock does: after such a step they go on from the latest one, until
/// the broker's own are later again. Otherwise what was appended after the step would look as old as the step is long.
/// </summary>
internal struct AppendTimes
{
    private DateTimeOffset _newest;
    private TimeSpan _ahead;

    /// <summary>The time of the next record.</summary>
    /// <param name="appendedAt">What its timestamp says.</param>
    public DateTimeOffset Next(DateTimeOffset appendedAt)
    {
        var behind = appendedAt < _newest ? _newest - appendedAt : TimeSpan.Zero;
        // Near the latest time again: a single record was stale, no clock went back.
        if (behind > _ahead || behind <= _ahead / 2)
            _ahead = behind;
        return _newest = _ahead < DateTimeOffset.MaxValue - appendedAt ? appendedAt + _ahead : DateTimeOffset.MaxValue;
    }
}
