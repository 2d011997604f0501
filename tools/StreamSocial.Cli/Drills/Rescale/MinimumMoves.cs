namespace StreamSocial.Cli.Drills.Rescale;

/// <summary>How few partitions can move when a group changes. Pure.</summary>
internal static class MinimumMoves
{
    /// <summary>
    /// The fewest moves after which every member has the floor or the ceiling of its share: who leaves gives all, who stays gives what is
    /// above its share. Shares are of all partitions together, so no assignor that also balances each topic can do with fewer.
    /// </summary>
    /// <param name="before">Partitions of each member before, those without any included.</param>
    /// <param name="after">The members afterwards; at least one.</param>
    public static int Of(IReadOnlyDictionary<string, int> before, IReadOnlyCollection<string> after)
    {
        ArgumentOutOfRangeException.ThrowIfZero(after.Count);
        var total = before.Values.Sum();
        var (floor, withOneMore) = Math.DivRem(total, after.Count);

        // The larger shares go to those who have most already.
        var kept = after.Select(member => before.GetValueOrDefault(member)).OrderDescending()
            .Select((count, rank) => Math.Min(count, rank < withOneMore ? floor + 1 : floor))
            .Sum();
        return total - kept;
    }
}
