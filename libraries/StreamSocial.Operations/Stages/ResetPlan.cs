using System.Globalization;

namespace StreamSocial.Operations.Stages;

/// <summary>What a reset of a stage's input would do.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Input">The topic that it reads.</param>
/// <param name="Group">The group, whose name confirms it.</param>
/// <param name="To">Where its tasks would go on.</param>
/// <param name="IsPaused">Whether the stage is paused; while it is not, its positions move on and the counts are those of this moment.</param>
/// <param name="Partitions">The partitions that would move.</param>
public sealed record ResetPlan(string Stage, string Input, string Group, string To, bool IsPaused, IReadOnlyList<ResetPartition> Partitions)
{
    /// <summary>Records that would never be processed; null when a position is unknown.</summary>
    public long? Skipped => Sum(partition => partition.Skipped);

    /// <summary>Records that would be processed again; null when a position is unknown.</summary>
    public long? Repeated => Sum(partition => partition.Repeated);

    /// <summary>What that means, sentence by sentence.</summary>
    public IReadOnlyList<string> Meaning => [.. Describe()];

    private long? Sum(Func<ResetPartition, long?> count) => Partitions.Any(partition => count(partition) is null) ? null : Partitions.Sum(count);

    private IEnumerable<string> Describe()
    {
        yield return Skipped is { } skipped && Repeated is { } repeated
            ? $"{Partitions.Count} partitions of {Input}: up to {Text(skipped)} records are skipped and {Text(repeated)} are processed again."
            : $"{Partitions.Count} partitions of {Input}: how many records are skipped or processed again is unknown, because a position is.";
        if (Skipped is not 0)
            yield return "What is skipped is lost for this stage: no other stage and no restart makes up for it.";
        if (Repeated is not 0)
        {
            yield return "The state is kept. Of the records of our own services, which carry numbers, no entry takes effect twice; records of foreign producers, which carry none, take effect again.";
        }
        if (!IsPaused)
            yield return "The stage is running: pause it first for counts that hold.";
    }

    private static string Text(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>One partition of it.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="First">First offset that the input has.</param>
/// <param name="End">The offset that its next record gets.</param>
/// <param name="Position">Where the task would go on by itself: its last checkpoint, or the first offset if it has none; null when unknown.</param>
/// <param name="Target">Where it would go on.</param>
public sealed record ResetPartition(int Partition, long First, long End, long? Position, long Target)
{
    /// <summary>Records that would never be processed; null when the position is unknown.</summary>
    public long? Skipped => Position is { } position ? Math.Max(0, Target - Math.Max(First, position)) : null;

    /// <summary>Records that would be processed again; null when the position is unknown.</summary>
    public long? Repeated => Position is { } position ? Math.Max(0, Math.Max(First, position) - Target) : null;
}

/// <summary>What came of a reset.</summary>
/// <param name="Plan">What was asked for.</param>
/// <param name="Moved">Partitions whose tasks have a checkpoint at the new position.</param>
public sealed record ResetOutcome(ResetPlan Plan, int Moved)
{
    /// <summary>One sentence for a person.</summary>
    public string Description => Moved == Plan.Partitions.Count
        ? $"All {Moved} partitions have moved; {Count(Plan.Skipped)} records are skipped, {Count(Plan.Repeated)} are processed again."
        : $"{Moved} of {Plan.Partitions.Count} partitions have moved; each of the others moves once, as soon as a replica has it, and before it processes anything.";

    private static string Count(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? "an unknown number of";
}
