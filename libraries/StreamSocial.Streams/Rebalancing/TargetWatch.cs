using StreamSocial.Kafka.Administration;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Learns what the group means this member to have before it gets it: a KIP-848 coordinator tells everybody who asks, while the owners of before have not
/// given back yet. Each question costs the coordinator a look at the whole group, so after a change it asks soon and then more and more seldom. What a silent
/// member has may come to anybody, before the group knows; all others prepare it.
/// </summary>
/// <param name="options">The member's name, and how often members report.</param>
/// <param name="membership">The member's place in the group.</param>
/// <param name="readTarget">Reads what the group means the member of an id to have; null when it does not answer.</param>
/// <param name="members">Shows who comes and goes.</param>
/// <param name="supervisor">Prepares what is to come.</param>
/// <param name="time">The clock.</param>
internal sealed class TargetWatch(
    StreamsOptions options, GroupMembership membership, Func<string, Task<MemberTarget?>> readTarget, IMembersView members, TaskSupervisor supervisor, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(400);

    /// <summary>Pause between two heartbeats while a member is silent whose session may end any moment.</summary>
    private static readonly TimeSpan SilentAskPause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Pause between two questions while something is still to come or the last one had no answer; without that, the last question comes before the pause is longer.
    /// </summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    private IReadOnlySet<TaskId> _target = new HashSet<TaskId>();
    private IReadOnlySet<TaskId> _ofSilent = new HashSet<TaskId>();
    private bool _isExpecting;

    /// <summary>Asks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (seen, pause, isUnknown, askedAt, sentAt) = (0, LongestPause, false, time.GetTimestamp(), 0L);
        var question = default(Task<MemberTarget?>);
        try
        {
            while (true)
            {
                await Task.Delay(LookInterval, time, cancellationToken);
                var snapshot = members.Current;
                if (_isExpecting)
                    AskForReleased(snapshot);
                ObserveSilent(snapshot);
                if (_ofSilent.Count > 0 && time.GetElapsedTime(sentAt) >= SilentAskPause)
                {
                    membership.Ask();
                    sentAt = time.GetTimestamp();
                }
                // Not waited for: a busy coordinator answers late, and what is silent or given back is seen to meanwhile.
                if (question is not null)
                {
                    if (!question.IsCompleted)
                        continue;
                    var target = await question;
                    isUnknown = target is not { IsMember: true };
                    if (target is { IsMember: true })
                    {
                        _target = target.Partitions.Select(TaskId.Of).ToHashSet();
                        Prepare();
                    }
                    (question, askedAt) = (null, time.GetTimestamp());
                    pause = 2 * pause < LongestPause ? 2 * pause : LongestPause;
                }
                if (HashOf(snapshot) is var hash && hash != seen)
                    (seen, pause) = (hash, ShortestPause);
                if ((pause < LongestPause || _isExpecting || isUnknown) && time.GetElapsedTime(askedAt) >= pause && membership.ConsumerId is { Length: > 0 } id)
                    question = readTarget(id);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The member leaves.
        }
    }

    /// <summary>Also asks for what an owner is about to give back: the group knows that it has been given back before the owner's next report says so.</summary>
    private void AskForReleased(MembersSnapshot snapshot)
    {
        var releasing = ReleaseWatch.Releasing(snapshot.Members.Values).ToHashSet();
        // What a member that is gone had is asked for more seldom: the group gives it to nobody before that member's session ends.
        membership.AskForReleased(supervisor.WarmUps, task => releasing.Contains(task) || (_target.Contains(task) && members.OwnerOf(task) is null));
    }

    private void ObserveSilent(MembersSnapshot snapshot)
    {
        var ofSilent = SilentMembers.Choose(snapshot, options, supervisor.WarmUps.Select(warmUp => warmUp.Task).Where(_ofSilent.Contains), members.OwnerOf);
        if (_ofSilent.SetEquals(ofSilent))
            return;
        _ofSilent = ofSilent;
        Prepare();
    }

    private void Prepare() => _isExpecting = supervisor.Prepare(_target.Union(_ofSilent));

    /// <summary>Changes when a member comes or goes, or is about to.</summary>
    private static int HashOf(MembersSnapshot snapshot) =>
        snapshot.Members.Values.Aggregate(1, (sum, member) => unchecked(sum + HashCode.Combine(member.MemberId, member.RunId, member.IsLeaving)));
}
