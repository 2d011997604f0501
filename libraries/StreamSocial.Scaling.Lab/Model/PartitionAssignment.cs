namespace StreamSocial.Scaling.Lab.Model;

/// <summary>
/// Assigns the partitions of a topic in equal shares, with no more moves than they take. A simplification: the brokers' <c>uniform</c> assignor balances
/// the sum over all topics only. Pure.
/// </summary>
internal static class PartitionAssignment
{
    /// <summary>Nobody owns the partition.</summary>
    public const int None = -1;

    /// <summary>The owner of each partition of a topic.</summary>
    /// <param name="owners">By partition: the member that has it, or <see cref="None"/>.</param>
    /// <param name="members">Number of members; owners are 0 to it − 1.</param>
    /// <param name="first">The member that gets one more than others first, among those that have as many: another one by topic evens topics out.</param>
    public static int[] Balance(ReadOnlySpan<int> owners, int members, int first)
    {
        var counts = new int[members];
        foreach (var owner in owners)
        {
            if (owner != None)
                counts[owner]++;
        }
        var quotas = new int[members];
        Array.Fill(quotas, owners.Length / members);
        foreach (var member in Enumerable.Range(0, members).OrderByDescending(member => counts[member]).ThenBy(member => (member - first + members) % members).Take(owners.Length % members))
            quotas[member]++;

        var (balanced, kept) = (owners.ToArray(), new int[members]);
        for (var partition = 0; partition < balanced.Length; partition++)
        {
            if (balanced[partition] is not None and var owner && ++kept[owner] > quotas[owner])
                balanced[partition] = None;
        }
        var next = 0;
        for (var partition = 0; partition < balanced.Length; partition++)
        {
            if (balanced[partition] != None)
                continue;
            while (kept[next] >= quotas[next])
                next++;
            balanced[partition] = next;
            kept[next]++;
        }
        return balanced;
    }
}
