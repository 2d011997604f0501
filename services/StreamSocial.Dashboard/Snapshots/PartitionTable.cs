using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Who owns which partition, and how far it is; from what the members say.</summary>
internal sealed class PartitionTable
{
    private readonly Dictionary<(string Topic, int Partition), Claim> _claims = [];

    /// <param name="members">Live members; a claim names its member by index.</param>
    public PartitionTable(IReadOnlyList<Member?> members)
    {
        // While a partition moves, two members may claim it: the newer report holds, and ids order equal ones, so that all readers agree.
        var byAge = members.Index().Where(entry => entry.Item is not null).OrderBy(entry => entry.Item!.ReportedAt).ThenBy(entry => entry.Item!.MemberId, StringComparer.Ordinal);
        foreach (var (index, member) in byAge)
        {
            foreach (var topic in member!.Topics)
            {
                for (var i = 0; i < topic.Partitions.Count; i++)
                    _claims[(topic.Topic, topic.Partitions[i])] = new Claim(index, At(topic.NextOffsets, i), At(topic.CommittedOffsets, i));
            }
        }
    }

    public Claim? Find(string topic, int partition) => _claims.TryGetValue((topic, partition), out var claim) ? claim : null;

    private static long? At(IReadOnlyList<long> offsets, int index) => index < offsets.Count && offsets[index] >= 0 ? offsets[index] : null;

    /// <param name="Member">Index of the member.</param>
    /// <param name="NextOffset">Its position; null while restoring.</param>
    /// <param name="CommittedOffset">Its committed position; null when there is none.</param>
    internal readonly record struct Claim(int Member, long? NextOffset, long? CommittedOffset);
}
