namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Finds the pauses of one topic's partitions from samples of positions and log ends. Without clock or I/O; not thread-safe.</summary>
/// <remarks>
/// A new owner repeats what the old one did after its last checkpoint. That is no progress yet: a pause ends when a position passes all
/// earlier ones. What is unknown, because the owner is restoring or a broker does not answer, ends no pause.
/// </remarks>
internal sealed class PauseTracker(string topic, int partitions)
{
    private readonly PartitionProgress[] _partitions = [.. Enumerable.Range(0, partitions).Select(_ => new PartitionProgress())];
    private readonly List<Pause> _pauses = [];

    /// <summary>The pauses that have ended, in the order of their ends.</summary>
    public IReadOnlyList<Pause> Pauses => _pauses;

    /// <summary>Records processed by anyone, over all partitions.</summary>
    public long Processed => _partitions.Sum(partition => partition.Highest);

    /// <summary>Takes a sample.</summary>
    /// <param name="at">When; not before the last sample.</param>
    /// <param name="positions">Next offset to process, by partition; null where unknown.</param>
    /// <param name="ends">Log end, by partition; null where unknown.</param>
    public void Observe(TimeSpan at, IReadOnlyList<long?> positions, IReadOnlyList<long?> ends)
    {
        for (var i = 0; i < _partitions.Length; i++)
        {
            var partition = _partitions[i];
            var hasAdvanced = positions[i] > partition.Highest;
            if (hasAdvanced)
                partition.Highest = positions[i]!.Value;
            partition.End = Math.Max(partition.End, ends[i] ?? 0);
            var isBehind = partition.Highest < partition.End;
            if (hasAdvanced || !isBehind)
            {
                if (partition.IsPausing)
                    _pauses.Add(new Pause((topic, i), partition.Since, at));
                partition.Since = at;
            }

            partition.IsPausing = isBehind;
        }
    }

    /// <summary>The pauses that go on, as long as they are by now.</summary>
    public IEnumerable<Pause> OpenAt(TimeSpan now) =>
        _partitions.Select((partition, i) => (partition, i)).Where(found => found.partition.IsPausing).Select(found => new Pause((topic, found.i), found.partition.Since, now));

    private sealed class PartitionProgress
    {
        public long Highest { get; set; }

        public long End { get; set; }

        public TimeSpan Since { get; set; }

        public bool IsPausing { get; set; }
    }
}
