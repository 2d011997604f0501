using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Streams.Tests.Cluster;

/// <summary>A group of which nothing is known.</summary>
internal sealed class NoMembers : IMembersView
{
    public MembersSnapshot Current { get; } = new(1, ImmutableDictionary<string, Member>.Empty, IsCaughtUp: true);

    public Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken) => throw new NotSupportedException("Nobody waits here.");

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        owner = null;
        return false;
    }
}
