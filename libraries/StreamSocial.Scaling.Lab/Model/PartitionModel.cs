namespace StreamSocial.Scaling.Lab.Model;

/// <summary>One partition: its log, and what of it waits, oldest first.</summary>
internal sealed class PartitionModel(int stage, double firstFraction)
{
    private readonly Queue<(int Tick, long Records)> _waiting = [];
    private long _takenOfOldest;
    private double _fraction = firstFraction;
    private double _credit;

    /// <summary>Index of the stage that it belongs to.</summary>
    public int Stage => stage;

    /// <summary>Offset that the next record will get.</summary>
    public long LogEnd { get; private set; }

    /// <summary>First offset that is not processed.</summary>
    public long NextOffset { get; private set; }

    /// <summary>The position that the owner has reported.</summary>
    public long ReportedOffset { get; private set; }

    /// <summary>First tick in which it is processed again after a move.</summary>
    public int PausedUntil { get; set; }

    public long Lag => LogEnd - NextOffset;

    /// <summary>Tick in which the oldest waiting record arrived; null when none waits.</summary>
    public int? OldestTick => _waiting.TryPeek(out var oldest) ? oldest.Tick : null;

    /// <summary>Adds records; a fraction of one arrives when it has become a whole one.</summary>
    public void Append(double records, int tick)
    {
        _fraction += records;
        var whole = (long)_fraction;
        if (whole <= 0)
            return;
        _fraction -= whole;
        LogEnd += whole;
        _waiting.Enqueue((tick, whole));
    }

    /// <summary>A member reports twice a second, so a reader sees the position of the last report.</summary>
    public void Report() => ReportedOffset = NextOffset;

    /// <summary>Time that the waiting records still take.</summary>
    /// <param name="cost">Seconds that a record takes.</param>
    public double Need(double cost) => Math.Max(0, (Lag * cost) - _credit);

    /// <summary>Processes for some time, oldest records first, and returns how many records are done. A record that is not done goes on next time.</summary>
    public long Process(double seconds, double cost)
    {
        _credit += seconds;
        // A sum of fractions that should be a whole number of records may be a hair below it.
        var records = Math.Min(Lag, (long)((_credit / cost) + 1e-6));
        _credit = records == Lag ? 0 : Math.Max(0, _credit - (records * cost));
        NextOffset += records;
        for (var left = records; left > 0;)
        {
            var (_, arrived) = _waiting.Peek();
            var taken = Math.Min(left, arrived - _takenOfOldest);
            left -= taken;
            _takenOfOldest += taken;
            if (_takenOfOldest < arrived)
                break;
            _waiting.Dequeue();
            _takenOfOldest = 0;
        }
        return records;
    }
}
