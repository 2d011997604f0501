namespace StreamSocial.Streams.Membership.Retention;

/// <summary>The position in each partition behind which nobody in the group reads any more. A pure function of the members' reports.</summary>
public static class ConsumedPositions
{
    /// <summary>
    /// Of a stage's input, where a successor of a partition's consumer would continue: the committed position, or before the first commit the beginning,
    /// however much was processed. Of a table, which every member reads, where the slowest one is. Partitions of which nobody reports a position are left out.
    /// </summary>
    public static IEnumerable<(string Topic, int Partition, long NextOffset)> Of(MembersSnapshot snapshot)
    {
        var positions = new Dictionary<(string Topic, int Partition), long>();
        // After a takeover two members may report a partition: the newer report counts.
        foreach (var topic in snapshot.Members.Values.OrderBy(member => member.ReportedAt).SelectMany(member => member.Topics))
        {
            for (var i = 0; i < topic.Partitions.Count; i++)
            {
                var committed = i < topic.CommittedOffsets.Count ? topic.CommittedOffsets[i] : -1;
                var position = committed >= 0 ? committed : i < topic.NextOffsets.Count && topic.NextOffsets[i] >= 0 ? 0 : -1;
                if (position >= 0)
                    positions[(topic.Topic, topic.Partitions[i])] = position;
            }
        }
        foreach (var table in snapshot.Members.Values.SelectMany(member => member.Tables))
        {
            for (var partition = 0; partition < table.NextOffsets.Count; partition++)
            {
                var position = table.NextOffsets[partition];
                if (position >= 0)
                    positions[(table.Topic, partition)] = Math.Min(position, positions.GetValueOrDefault((table.Topic, partition), position));
            }
        }
        return positions.Select(position => (position.Key.Topic, position.Key.Partition, position.Value));
    }
}
