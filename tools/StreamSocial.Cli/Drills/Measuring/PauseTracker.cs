namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Finds the pauses of one topic's partitions from what is heard of positions and log ends. Without clock or I/O; not thread-safe.</summary>
/// <remarks>
/// A position counts from when its owner had it: word of it travels through the brokers and comes late when they are busy, which is no pause.
/// A new owner repeats what the old one did after its last checkpoint. That is no progress yet: a pause ends when a position passes all
/// earlier ones. What is unknown, because the owner is restoring or a broker does not answer, ends no pause. A pause begins when its input is seen:
/// it can be longer by as much as no log ends were known.
/// </remarks>
internal sealed class PauseTracker(string topic, int partitions)
{
    /// <summary>Readings are this close together at most, unless something keeps them up.</summary>
    private static readonly TimeSpan OrdinaryInterval = TimeSpan.FromMilliseconds(500);

    private readonly PartitionProgress[] _partitions = [.. Enumerable.Range(0, partitions).Select(_ => new PartitionProgress())];
    private readonly List<Pause> _pauses = [];
    private readonly List<(TimeSpan From, TimeSpan To)> _unseen = [];
    private TimeSpan _seenAt;

    /// <summary>The pauses that have ended, in the order in which word of their ends came.</summary>
    public IReadOnlyList<Pause> Pauses => _pauses;

    /// <summary>Records processed by anyone, over all partitions.</summary>
    public long Processed => _partitions.Sum(partition => partition.Highest);

    /// <summary>Takes what the log ends were.</summary>
    /// <param name="at">When; not before the last time.</param>
    /// <param name="ends">By partition; null where unknown.</param>
    public void ObserveEnds(TimeSpan at, IReadOnlyList<long?> ends)
    {
        if (!ends.Contains(null))
        {
            if (at - _seenAt > OrdinaryInterval)
                _unseen.Add((_seenAt, at));
            _seenAt = at;
        }

        for (var i = 0; i < _partitions.Length; i++)
        {
            var progress = _partitions[i];
            if (ends[i] is not { } end || end <= progress.End)
                continue;
            progress.End = end;
            if (end > progress.Highest)
                progress.Arrivals.Enqueue((at, end));
        }
    }

    /// <summary>Takes what a position was.</summary>
    /// <param name="at">When; may be before ends that are known already.</param>
    /// <param name="partition">Its number.</param>
    /// <param name="position">Next offset to process.</param>
    public void ObservePosition(TimeSpan at, int partition, long position)
    {
        var progress = _partitions[partition];
        if (position <= progress.Highest)
            return;
        if (progress.PausesSince is { } since && since < at)
            _pauses.Add(new Pause((topic, partition), since, at));
        progress.Highest = position;
        progress.AdvancedAt = Later(progress.AdvancedAt, at);
        while (progress.Arrivals.TryPeek(out var arrival) && arrival.End <= position)
            progress.Arrivals.Dequeue();
    }

    /// <summary>The pauses that go on, as long as they are by now.</summary>
    public IEnumerable<Pause> OpenAt(TimeSpan now) =>
        from i in Enumerable.Range(0, _partitions.Length)
        let since = _partitions[i].PausesSince
        where since < now
        select new Pause((topic, i), since.Value, now);

    /// <summary>Longest time between two moments in which the ends of all partitions were not read; what is ordinary counts as nothing.</summary>
    public TimeSpan LongestUnseen(TimeSpan from, TimeSpan to) =>
        _unseen.Append((From: _seenAt, To: Later(_seenAt, to)))
            .Where(span => span.To > from && span.From < to && span.To - span.From > OrdinaryInterval)
            .Select(span => span.To - span.From).DefaultIfEmpty().Max();

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private sealed class PartitionProgress
    {
        public long Highest { get; set; }

        public TimeSpan AdvancedAt { get; set; }

        public long End { get; set; }

        /// <summary>What is not processed, and when it was first seen: log ends above the highest position.</summary>
        public Queue<(TimeSpan At, long End)> Arrivals { get; } = new();

        /// <summary>When something new was last processed, or when input came after it; null without input.</summary>
        public TimeSpan? PausesSince => Arrivals.TryPeek(out var arrival) ? Later(arrival.At, AdvancedAt) : null;
    }
}
