using StreamSocial.Events.Runtime;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Who owns which partition, and how far it is; from what the members say.</summary>
internal sealed class PartitionTable
{
    private readonly Dictionary<(string Topic, int Partition), Claim> _claims = [];

    /// <param name="members">Live members; a claim names its member by index.</param>
    public PartitionTable(IReadOnlyList<Member?> members)
    {
        for (var index = 0; index < members.Count; index++)
        {
            foreach (var topic in members[index]?.Topics ?? [])
            {
                for (var i = 0; i < topic.Partitions.Count; i++)
                    Add((topic.Topic, topic.Partitions[i]), new Claim(index, At(topic.NextOffsets, i), At(topic.CommittedOffsets, i)));
            }
        }
    }

    public Claim? Find(string topic, int partition) => _claims.TryGetValue((topic, partition), out var claim) ? claim : null;

    // While a partition moves, two members may claim it; the position that is further on is the newer owner's or the same.
    private void Add((string Topic, int Partition) key, Claim claim)
    {
        if (!_claims.TryGetValue(key, out var other) || (claim.NextOffset ?? -1) >= (other.NextOffset ?? -1))
            _claims[key] = claim;
    }

    private static long? At(IReadOnlyList<long> offsets, int index) => index < offsets.Count && offsets[index] >= 0 ? offsets[index] : null;

    /// <param name="Member">Index of the member.</param>
    /// <param name="NextOffset">Its position; null while restoring.</param>
    /// <param name="CommittedOffset">Its committed position; null when there is none.</param>
    internal readonly record struct Claim(int Member, long? NextOffset, long? CommittedOffset);
}
