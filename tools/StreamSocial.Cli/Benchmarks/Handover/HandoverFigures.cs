namespace StreamSocial.Cli.Benchmarks.Handover;

/// <summary>What one side came to in a round, a peer or ours. What is null is unknown.</summary>
internal sealed record HandoverFigures
{
    /// <summary>Undisturbed.</summary>
    public required GapFigures? Steady { get; init; }

    /// <summary>From the start of the second process to its end.</summary>
    public required GapFigures? Join { get; init; }

    /// <summary>From the start of the second process to its first record.</summary>
    public required TimeSpan? FirstRecord { get; init; }

    /// <summary>From the start of the second process to the first record of the last partition that it got.</summary>
    public required TimeSpan? LastPartition { get; init; }

    /// <summary>Partitions that the second process worked on at its end.</summary>
    public required double? Moved { get; init; }

    /// <summary>From just before the kill to the end.</summary>
    public required GapFigures? Kill { get; init; }

    /// <summary>From the kill until all partitions of the dead one are processed; null also when they were not within the time watched.</summary>
    public required TimeSpan? AllBack { get; init; }

    /// <summary>Entries that feeds had to take.</summary>
    public required double? Due { get; init; }

    public required double? Lost { get; init; }

    public required double? Duplicated { get; init; }

    /// <summary>Reads a line of a peer's output; null when it is not of its join and kill. A time that it gives as not reached is unknown.</summary>
    public static HandoverFigures? TryRead(string line) => PeerLine.TryRead(line) is { Test: "T4" } found
        ? new HandoverFigures
        {
            Steady = Gaps(found, "steadyGapMs"),
            Join = Gaps(found, "joinGapMs"),
            FirstRecord = found["joinFirstRecordMs"] is > 0 and var first ? TimeSpan.FromMilliseconds(first) : null,
            LastPartition = found["joinLastPartitionMs"] is > 0 and var last ? TimeSpan.FromMilliseconds(last) : null,
            Moved = found["partitionsMoved"],
            Kill = Gaps(found, "killGapMs"),
            AllBack = found["killAllBackMs"] is >= 0 and var back ? TimeSpan.FromMilliseconds(back) : null,
            Due = found["deliveriesDue"],
            Lost = found["lost"],
            Duplicated = found["deliveredTwice"],
        }
        : null;

    private static GapFigures? Gaps(PeerLine line, string name) =>
        line.Part(name, "ms") is { } longest && line.Part(name, "median") is { } median && line.Part(name, "over1s") is { } over && line.Part(name, "of") is { } partitions
            ? new GapFigures(TimeSpan.FromMilliseconds(longest), TimeSpan.FromMilliseconds(median), (int)over, (int)partitions)
            : null;
}

/// <summary>For how long partitions stood still, each at its longest.</summary>
/// <param name="Longest">Of all partitions.</param>
/// <param name="Median">Of the partitions' longest.</param>
/// <param name="OverOneSecond">Partitions that stood still for more than a second.</param>
/// <param name="Partitions">All partitions, of all stages.</param>
internal sealed record GapFigures(TimeSpan Longest, TimeSpan Median, int OverOneSecond, int Partitions)
{
    /// <param name="longest">The longest time of each partition; null without any.</param>
    public static GapFigures? Of(IReadOnlyCollection<TimeSpan> longest)
    {
        TimeSpan[] sorted = [.. longest.Order()];
        return sorted.Length == 0 ? null : new(sorted[^1], sorted[sorted.Length / 2], sorted.Count(gap => gap > TimeSpan.FromSeconds(1)), sorted.Length);
    }
}
