namespace StreamSocial.Ingest.Publishing;

/// <summary>
/// The sequence numbers of the edges from this instance to the partitions of one topic, and how many of them one turn of the
/// writer used. For the writer's thread only.
/// </summary>
internal sealed class EdgeCounters(int partitions)
{
    private readonly long[] _last = new long[partitions];
    private readonly long[] _lastRound = new long[partitions];

    /// <summary>Distinct partitions numbered in the current round.</summary>
    public int PartitionsInRound { get; private set; }

    private long _round = 1;

    /// <summary>Begins a new round.</summary>
    public void BeginRound()
    {
        _round++;
        PartitionsInRound = 0;
    }

    /// <summary>The next number of an edge: 1, 2, 3, …</summary>
    public long Next(int partition)
    {
        if (_lastRound[partition] != _round)
        {
            _lastRound[partition] = _round;
            PartitionsInRound++;
        }

        return ++_last[partition];
    }
}
