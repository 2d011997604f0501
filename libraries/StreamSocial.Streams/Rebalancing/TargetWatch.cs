using Confluent.Kafka;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Learns what the group means this member to have before it gets it: a KIP-848 coordinator tells everybody who asks, while the owners of before have not
/// given back yet. Each question costs the coordinator a look at the whole group, so after a change it asks soon and then more and more seldom.
/// </summary>
/// <param name="membership">The member's place in the group.</param>
/// <param name="readTarget">Reads what the group means the member of an id to have; null when that is unknown.</param>
/// <param name="members">Shows who comes and goes.</param>
/// <param name="supervisor">Prepares what is to come.</param>
/// <param name="time">The clock.</param>
internal sealed class TargetWatch(
    GroupMembership membership, Func<string, Task<IReadOnlySet<TopicPartition>?>> readTarget, IMembersView members, TaskSupervisor supervisor, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(400);

    /// <summary>Pause between two questions while something is still to come; without that, the last question comes before the pause is longer.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>Asks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (seen, pause, askedAt) = (0, LongestPause, time.GetTimestamp());
        var isExpecting = false;
        try
        {
            while (true)
            {
                await Task.Delay(LookInterval, time, cancellationToken);
                if (isExpecting)
                    membership.AskForReleased(supervisor.WarmUps, members);
                if (HashOf(members.Current) is var hash && hash != seen)
                    (seen, pause) = (hash, ShortestPause);
                if ((pause >= LongestPause && !isExpecting) || time.GetElapsedTime(askedAt) < pause || membership.ConsumerId is not { Length: > 0 } id)
                    continue;
                if (await readTarget(id) is { } target)
                    isExpecting = supervisor.Prepare(target.Select(TaskId.Of));
                askedAt = time.GetTimestamp();
                pause = 2 * pause < LongestPause ? 2 * pause : LongestPause;
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
