using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Prepares what others are about to give back, where the group does not tell whose it will be: embedded brokers cannot be asked. Whoever gets it, then, has its
/// state; the others have read it for nothing.
/// </summary>
/// <param name="memberId">This member.</param>
/// <param name="membership">Its place in the group.</param>
/// <param name="members">Shows what others give back.</param>
/// <param name="supervisor">Prepares it.</param>
internal sealed class ReleaseWatch(string memberId, GroupMembership membership, IMembersView members, TaskSupervisor supervisor)
{
    /// <summary>Prepares until it is cancelled, as the member leaves: nothing more will come then.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => members.FollowAsync(Observe, cancellationToken);

    /// <summary>What to prepare: what others are about to give back, and what nobody has since they did.</summary>
    /// <param name="snapshot">The members.</param>
    /// <param name="memberId">The one that prepares.</param>
    /// <param name="prepared">The tasks that are prepared already.</param>
    /// <param name="hasOwner">Whether a member reports a task as its own.</param>
    public static HashSet<TaskId> Choose(MembersSnapshot snapshot, string memberId, IEnumerable<TaskId> prepared, Func<TaskId, bool> hasOwner) =>
    [
        .. prepared.Where(task => !hasOwner(task)),
        .. snapshot.Members.Values.Where(other => other.MemberId != memberId).SelectMany(other => other.Releasing)
            .SelectMany(released => released.Partitions.Select(partition => new TaskId(released.Topic, partition))),
    ];

    private void Observe(MembersSnapshot snapshot)
    {
        var prepared = supervisor.WarmUps.ToList();
        supervisor.Prepare(Choose(snapshot, memberId, prepared.Select(warmUp => warmUp.Task), task => members.TryGetOwner(task.Topic, task.Partition, out _)));
        membership.AskForReleased(prepared, members);
    }
}
