using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Prepares what others are about to give back, where the group does not tell whose it will be: embedded brokers cannot be asked. Whoever gets it, then, has its
/// state; the others have read it for nothing. So too with the tasks of members that are silent.
/// </summary>
/// <param name="options">This member's name, and how often members report.</param>
/// <param name="membership">Its place in the group.</param>
/// <param name="members">Shows what others give back.</param>
/// <param name="supervisor">Prepares it.</param>
internal sealed class ReleaseWatch(StreamsOptions options, GroupMembership membership, IMembersView members, TaskSupervisor supervisor)
{
    /// <summary>Prepares until it is cancelled, as the member leaves: nothing more will come then.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => members.FollowAsync(Observe, cancellationToken);

    /// <summary>What to prepare: what others are about to give back, what nobody has since they did, and what silent members have.</summary>
    /// <param name="snapshot">The members.</param>
    /// <param name="options">The name of the one that prepares, and how often members report.</param>
    /// <param name="prepared">The tasks that are prepared already.</param>
    /// <param name="ownerOf">The member that has a task by the newest report; null when nobody has it.</param>
    public static HashSet<TaskId> Choose(MembersSnapshot snapshot, StreamsOptions options, IEnumerable<TaskId> prepared, Func<TaskId, string?> ownerOf) =>
    [
        .. SilentMembers.Choose(snapshot, options, prepared, ownerOf),
        .. Releasing(snapshot.Members.Values.Where(other => other.MemberId != options.MemberId)),
    ];

    /// <summary>What the members are about to give back.</summary>
    public static IEnumerable<TaskId> Releasing(IEnumerable<Member> members) => members.SelectMany(member => member.Releasing)
        .SelectMany(released => released.Partitions.Select(partition => new TaskId(released.Topic, partition)));

    private void Observe(MembersSnapshot snapshot)
    {
        var prepared = supervisor.WarmUps.ToList();
        supervisor.Prepare(Choose(snapshot, options, prepared.Select(warmUp => warmUp.Task), members.OwnerOf));
        // Not what is about to be given back: in a drill the successors of leavers then lacked what the group moved.
        membership.AskForReleased(prepared, task => members.OwnerOf(task) is null);
    }
}
