using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Streams.Membership;

/// <summary>A live view of the group's topic of members: the members, their endpoints, partitions and positions.</summary>
public interface IMembersView
{
    /// <summary>The latest snapshot; immutable, versions rise.</summary>
    MembersSnapshot Current { get; }

    /// <summary>Completes with the first snapshot newer than <paramref name="version"/>.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken);

    /// <summary>Finds the owner of a partition of an input topic; false when no live member reports it as its own.</summary>
    bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner);
}

/// <summary>Follows a view of the members.</summary>
public static class MembersViewExtensions
{
    /// <summary>Calls back with the current snapshot and with each newer one that there is after the call; returns when it is cancelled.</summary>
    public static async Task FollowAsync(this IMembersView members, Action<MembersSnapshot> observe, CancellationToken cancellationToken)
    {
        var snapshot = members.Current;
        try
        {
            while (true)
            {
                observe(snapshot);
                snapshot = await members.WaitForNewerAsync(snapshot.Version, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody follows any more.
        }
    }
}

/// <summary>All live members as of one moment.</summary>
/// <param name="Version">Rises with every change.</param>
/// <param name="Members">By member id. Do not change the messages.</param>
/// <param name="IsCaughtUp">False until the topic has been read to the end that it had at start; until then the members are unknown, not absent.</param>
public sealed record MembersSnapshot(long Version, ImmutableDictionary<string, Member> Members, bool IsCaughtUp)
{
    /// <summary>The clock of the topic of members, by which members are alive or not; null before the first report.</summary>
    public LogClock? Clock { get; init; }
}

/// <summary>The member that serves a partition, by the members' own reports.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="Endpoint">Base address of its HTTP API; null if it reports none, or one that is not believed.</param>
/// <param name="IsSelf">Whether it is this process.</param>
public sealed record PartitionOwner(string MemberId, Uri? Endpoint, bool IsSelf);
