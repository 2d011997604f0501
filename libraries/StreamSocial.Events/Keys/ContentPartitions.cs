using StreamSocial.Topics;

namespace StreamSocial.Events.Keys;

/// <summary>The partition of content-interactions that counts an interaction. Pure, so that a replay gives the same partition.</summary>
/// <remarks>
/// The parts of a spread content start at its own partition, and the first n are the same for every spread of n or more. Successive parts lie about
/// 0.618 of all partitions apart, so that they fall to different members even if each member owns a block of neighbours.
/// </remarks>
public static class ContentPartitions
{
    private const double GoldenRatio = 0.618;

    /// <summary>The partition of an interaction.</summary>
    /// <param name="contentId">The content, whose own partition is that of its key.</param>
    /// <param name="interactionId">Chooses among the partitions over which the content is spread.</param>
    /// <param name="spread">Number of these partitions; 1 or less: only the content's own. More than all count as all.</param>
    /// <param name="partitions">Number of partitions of the topic.</param>
    public static int PartitionOf(string contentId, string interactionId, int spread, int partitions)
    {
        var own = KeyPartitioner.PartitionOf(contentId, partitions);
        if (spread <= 1)
            return own;
        long part = KeyPartitioner.PartitionOf(interactionId, Math.Min(spread, partitions));
        return (int)((own + (part * StepOf(partitions))) % partitions);
    }

    // Without a common divisor, the steps return to a partition only after all others.
    private static int StepOf(int partitions)
    {
        var step = Math.Max(1, (int)(partitions * GoldenRatio));
        while (CommonDivisor(step, partitions) > 1)
            step++;
        return step;
    }

    private static int CommonDivisor(int left, int right) => right == 0 ? left : CommonDivisor(right, left % right);
}
