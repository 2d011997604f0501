using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>A count that only rises, as it was at moments in time. Not thread-safe.</summary>
internal sealed class CountSeries
{
    private readonly List<(TimeSpan At, long Count)> _points = [];

    /// <summary>Growth per second from the first look to the last; null before there were two.</summary>
    public double? AverageRate => _points.Count == 0 ? null : Rate(_points[0].At, _points[^1].At);

    /// <summary>Growth per second over some time before the last look; null before there was so much.</summary>
    public double? LatestRate(TimeSpan window) => _points.Count == 0 ? null : Rate(_points[^1].At - window, _points[^1].At);

    /// <param name="at">Not before the last one.</param>
    /// <param name="count">Not below the last one.</param>
    public void Add(TimeSpan at, long count) => _points.Add((at, count));

    /// <summary>Growth per second between two moments; null where there are no points to tell it from.</summary>
    public double? Rate(TimeSpan from, TimeSpan to)
    {
        if (_points.Count == 0 || from < _points[0].At || to > _points[^1].At || to <= from)
            return null;
        return (CountAt(to) - CountAt(from)) / (to - from).TotalSeconds;
    }

    /// <summary>Longest time between two rises, one of which is between the moments or spans them; null without any rise.</summary>
    public TimeSpan? LongestGap(TimeSpan from, TimeSpan to)
    {
        TimeSpan? longest = null;
        TimeSpan? lastRise = null;
        for (var i = 1; i < _points.Count; i++)
        {
            if (_points[i].Count == _points[i - 1].Count)
                continue;
            var at = _points[i].At;
            if (lastRise is { } before && at > from && before < to && at - before > (longest ?? TimeSpan.Zero))
                longest = at - before;
            lastRise = at;
        }

        return longest;
    }

    /// <summary>
    /// How long after an event the count grows at its full rate again: zero when the rate did not fall within <paramref name="reaction"/>,
    /// null when that is not known before <paramref name="until"/>, nothing was counted in that time, or it fell and was not full again.
    /// </summary>
    /// <param name="happened">The event.</param>
    /// <param name="until">Where to stop looking.</param>
    /// <param name="full">Rate from which on it is full.</param>
    /// <param name="window">Time over which the rate is taken.</param>
    /// <param name="reaction">Longest time from the event until its effect begins.</param>
    public TimeSpan? RecoveredAfter(TimeSpan happened, TimeSpan until, double full, TimeSpan window, TimeSpan reaction)
    {
        var (isKnown, hasFallen) = (false, false);
        foreach (var (at, _) in _points)
        {
            if (at < happened)
                continue;
            if (at + window > until || Rate(at, at + window) is not { } rate)
                break;
            if (hasFallen && rate >= full)
                return at - happened;
            if (!hasFallen && at > happened + reaction)
                return isKnown ? TimeSpan.Zero : null;
            isKnown = true;
            hasFallen |= rate < full;
        }

        return null;
    }

    /// <summary>By linear interpolation: the points are not as fine as the windows' edges.</summary>
    private double CountAt(TimeSpan at)
    {
        var (low, high) = (0, _points.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_points[middle].At < at)
                low = middle + 1;
            else
                high = middle;
        }

        var after = _points[low];
        if (low == 0 || after.At == at)
            return after.Count;
        var before = _points[low - 1];
        return before.Count + ((after.Count - before.Count) * ((at - before.At) / (after.At - before.At)));
    }
}

/// <summary>The actions that ingest has acknowledged over time. Thread-safe.</summary>
internal sealed class AcknowledgementSeries(DrillClock clock, IProgress<ReplayProgress> next) : IProgress<ReplayProgress>
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
