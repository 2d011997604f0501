namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Calculates the number of followers at which pulling an account's actions becomes cheaper than pushing them.</summary>
/// <remarks>
/// Per action of an account with F followers, whose feeds are each read ρ times between two of its actions:
/// <code>
/// push = F × c_push                       one entry written into each feed
/// pull = R × c_table + F × ρ × c_merge    one row in the table of each of R replicas, and a merge at each read
/// </code>
/// Pulling is cheaper if F ≥ R × c_table ÷ (c_push − ρ × c_merge), and never if ρ ≥ c_push ÷ c_merge. The second condition is the rule of
/// A. Silberstein, J. Terrace, B. F. Cooper and R. Ramakrishnan for a pair of producer and consumer ("Feeding Frenzy: Selectively Materializing
/// Users' Event Feeds", SIGMOD 2010, section 3). The term R × c_table is added here for the table that every replica holds.
/// </remarks>
internal static class PullThreshold
{
    /// <summary>The smallest number of followers at which pulling costs no more than pushing; <see cref="long.MaxValue"/> if pushing is always cheaper.</summary>
    /// <param name="replicas">R, replicas that hold the table; at least 1.</param>
    /// <param name="readsPerAction">ρ, reads of one follower's feed per action of the account; at least 0.</param>
    /// <param name="pushCost">c_push, processor time to write an entry into a feed, in any unit; above 0.</param>
    /// <param name="tableCost">c_table, to add a row to one replica's table, in the same unit; above 0.</param>
    /// <param name="mergeCost">c_merge, what one pulled account adds to a read, in the same unit; at least 0.</param>
    public static long Calculate(int replicas, double readsPerAction, double pushCost, double tableCost, double mergeCost)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(readsPerAction);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pushCost);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tableCost);
        ArgumentOutOfRangeException.ThrowIfNegative(mergeCost);
        var saved = pushCost - (readsPerAction * mergeCost);
        var followers = Math.Ceiling(replicas * tableCost / saved);
        return saved > 0 && followers < long.MaxValue ? (long)followers : long.MaxValue;
    }
}
