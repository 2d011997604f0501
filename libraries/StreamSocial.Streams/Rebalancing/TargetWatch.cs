using Confluent.Kafka;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Learns what the group means this member to have before it gets it: a KIP-848 coordinator tells everybody who asks, while the owners of before have not
/// given back yet. Asks only for a while after something has changed, since each question costs the coordinator a look at the whole group.
/// </summary>
/// <param name="consumerId">The member's id in the group; empty while it has none.</param>
/// <param name="readTarget">Reads what the group means the member of an id to have; null when that is unknown.</param>
/// <param name="members">Shows who comes and goes.</param>
/// <param name="prepare">Told each answer; returns whether something is still to come.</param>
/// <param name="time">The clock.</param>
internal sealed class TargetWatch(
    Func<string?> consumerId, Func<string, Task<IReadOnlySet<TopicPartition>?>> readTarget, IMembersView members,
    Func<IReadOnlySet<TopicPartition>, bool> prepare, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    /// <summary>A coordinator may take some heartbeats to know of a member that comes or goes.</summary>
    private static readonly TimeSpan AsksFor = TimeSpan.FromSeconds(5);

    /// <summary>Asks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (seen, askUntil, started) = (0, TimeSpan.Zero, time.GetTimestamp());
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, cancellationToken);
                var now = time.GetElapsedTime(started);
                if (HashOf(members.Current) is var hash && hash != seen)
                    (seen, askUntil) = (hash, now + AsksFor);
                if (now >= askUntil || consumerId() is not { Length: > 0 } id || await readTarget(id) is not { } target)
                    continue;
                if (prepare(target))
                    askUntil = now + AsksFor;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The member leaves.
        }
    }

    /// <summary>Changes when a member comes or goes, or is about to.</summary>
    private static int HashOf(MembersSnapshot snapshot) =>
        snapshot.Members.Values.Aggregate(1, (sum, member) => unchecked(sum + HashCode.Combine(member.MemberId, member.RunId, member.IsLeaving)));
}
