using StreamSocial.Events.Runtime;

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
                    positions[reported.Partitions[i]] = reported.NextOffsets[i] >= 0 ? reported.NextOffsets[i] : null;
            }
        }

        return positions;
    }
}
