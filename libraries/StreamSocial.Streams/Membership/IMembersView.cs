using System.Diagnostics.CodeAnalysis;

namespace StreamSocial.Streams.Membership;

/// <summary>The live view of topic <c>members</c>: who is in the group, where, with which partitions and positions.</summary>
public interface IMembersView
{
    /// <summary>The latest snapshot; immutable, versions rise.</summary>
    MembersSnapshot Current { get; }

    /// <summary>Completes when a snapshot newer than <paramref name="version"/> is there.</summary>
    Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken);

    /// <summary>Finds who owns a partition of an input topic; false when no live member claims it.</summary>
    bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner);
}
