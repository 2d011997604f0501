using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Topology;

/// <summary>How far the members say that they are. Pure.</summary>
internal static class ReportedPositions
{
    /// <summary>
    /// By partition: the position of who spoke last of those that claim it, for what its earlier owner had done the new one may still have
    /// to do again. Null when nobody claims it or its owner is restoring.
    /// </summary>
    public static long?[] Of(string topic, int partitions, IEnumerable<Member> members)
    {
        var positions = new long?[partitions];
        foreach (var member in members.OrderBy(member => member.ReportedAt))
        {
            foreach (var reported in member.Topics.Where(reported => reported.Topic == topic))
            {
                for (var i = 0; i < reported.Partitions.Count; i++)
                {
                    // Anybody may report, also partitions that there are not.
                    if (reported.Partitions[i] < partitions)
                        positions[reported.Partitions[i]] = i < reported.NextOffsets.Count && reported.NextOffsets[i] >= 0 ? reported.NextOffsets[i] : null;
                }
            }
        }

        return positions;
    }

    /// <summary>
    /// By partition of a table that every member reads: the position of the slowest member. Null when one that owns a partition of
    /// <paramref name="ownedTopic"/> has not said; a member that owns none may be gone.
    /// </summary>
    public static long?[] OfTable(string table, int partitions, string ownedTopic, IReadOnlyCollection<Member> members)
    {
        var owners = new Dictionary<int, Member>();
        foreach (var member in members.OrderBy(member => member.ReportedAt))
        {
            foreach (var partition in member.Topics.Where(reported => reported.Topic == ownedTopic).SelectMany(reported => reported.Partitions))
                owners[partition] = member;
        }

        var tables = owners.Values.Distinct().Select(owner => owner.Tables.FirstOrDefault(reported => reported.Topic == table)).ToList();
        return [.. Enumerable.Range(0, partitions).Select(partition => SlowestOf(tables, partition))];
    }

    private static long? SlowestOf(List<MemberTable?> tables, int partition)
    {
        long? slowest = null;
        foreach (var table in tables)
        {
            if (table is null || partition >= table.NextOffsets.Count || table.NextOffsets[partition] < 0)
                return null;
            slowest = Math.Min(slowest ?? long.MaxValue, table.NextOffsets[partition]);
        }

        return slowest;
    }
}
