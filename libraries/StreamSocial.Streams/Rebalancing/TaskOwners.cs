using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>Whose tasks are.</summary>
internal static class TaskOwners
{
    /// <summary>The member that has a task by the newest report; null when nobody reports to have it.</summary>
    public static string? OwnerOf(this IMembersView members, TaskId task) => members.TryGetOwner(task.Topic, task.Partition, out var owner) ? owner.MemberId : null;
}
