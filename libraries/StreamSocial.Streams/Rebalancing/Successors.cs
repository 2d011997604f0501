using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Lets a member go on with tasks that the group takes away until the members that get them are warm. A KIP-848 group waits for a member that does not give
/// back: its heartbeats go on, and nobody else gets the partitions, for as long as <c>max.poll.interval.ms</c>. Where several prepare the same task, because
/// it is not known whose it will be, all of them must have it.
/// </summary>
/// <param name="options">The member's name, and how long it goes on at most.</param>
/// <param name="givesAllOrNothing">
/// Whether the group gives a member all that it is meant to have or nothing, as that of embedded brokers does. Then what is given back early is nobody's until the
/// last owner gives back, so all of them wait until everything that moves is warm.
/// </param>
/// <param name="members">Shows which members are warm.</param>
/// <param name="time">Measures how long it has gone on.</param>
/// <param name="logger">Says how long that was.</param>
internal sealed partial class Successors(StreamsOptions options, bool givesAllOrNothing, IMembersView members, TimeProvider time, ILogger<Successors> logger)
{
    /// <summary>
    /// Time in which a successor reports that it prepares: it asks the group first. Tasks are processed meanwhile, and on a machine that is full the answer took more than
    /// 4 s; then nobody was warm, and they stood still for as long as their state was read.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Longest time between two looks at the members.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(4);

    private readonly ILogger _logger = logger;

    /// <summary>Whether the member is about to leave. Others may be, too, and then there is nobody to wait for.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Waits until it is time to give back.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="isHopeless">Whether there is nothing more to wait for; looked at with each report of a member, and at least each four seconds.</param>
    public void WaitFor(IReadOnlyCollection<TaskId> tasks, Func<bool> isHopeless)
    {
        if (tasks.Count == 0)
            return;
        var started = time.GetTimestamp();
        var snapshot = members.Current;
        while (!isHopeless() && !IsTimeToGiveBack(snapshot, tasks, time.GetElapsedTime(started)))
            snapshot = WaitForNewer(snapshot);
        var elapsed = time.GetElapsedTime(started);
        LogWaited(tasks.Count, Count(snapshot, tasks, elapsed).Warm, elapsed.TotalMilliseconds);
    }

    /// <summary>Whether others have the state of all that is to move, or nobody prepares to have it, or the time is over.</summary>
    /// <param name="snapshot">The members.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="elapsed">Since the group asked for them.</param>
    public bool IsTimeToGiveBack(MembersSnapshot snapshot, IReadOnlyCollection<TaskId> tasks, TimeSpan elapsed)
    {
        var (warm, warming) = Count(snapshot, tasks, elapsed);
        var haveAllSaid = elapsed >= Grace || !Others(snapshot).Any(IsNew);
        return (warm == tasks.Count && warming == 0 && haveAllSaid) || elapsed >= options.WarmUpBudget || (warming == 0 && elapsed >= Grace)
            || (IsLeaving && Others(snapshot).All(other => other.IsLeaving));
    }

    /// <summary>
    /// Whether a member has joined just now and has not said yet what it prepares: some of what another has the state of, which was meant to have it before, may be meant
    /// for this one by now.
    /// </summary>
    private static bool IsNew(Member member) =>
        member is { IsLeaving: false, Topics.Count: 0, WarmUps.Count: 0 } && TimeSpan.FromMilliseconds(member.ReportedAt - member.StartedAt) < Grace;

    private IEnumerable<Member> Others(MembersSnapshot snapshot) => snapshot.Members.Values.Where(other => other.MemberId != options.MemberId);

    /// <summary>Of how many of the tasks others have the state, and of how many that this member must wait for somebody is still reading it.</summary>
    private (int Warm, int Warming) Count(MembersSnapshot snapshot, IReadOnlyCollection<TaskId> tasks, TimeSpan elapsed)
    {
        var (ready, warming) = givesAllOrNothing ? (snapshot.Members.Values, WarmingOf(snapshot.Members.Values)) : FindReady(snapshot.Members.Values, elapsed);
        var warm = WarmOf(ready.Where(member => member.MemberId != options.MemberId));
        return (tasks.Count(warm.Contains), givesAllOrNothing ? warming.Count : tasks.Count(warming.Contains));
    }

    /// <summary>
    /// The members that can take something now, and what somebody must wait for. A group gives nothing to a member that has not given back what it was asked for, so
    /// one that waits itself is waited for. Members that only wait for each other can take all the same: they give back at the same time.
    /// </summary>
    private static (IEnumerable<Member> Ready, HashSet<TaskId> Awaited) FindReady(IEnumerable<Member> members, TimeSpan elapsed)
    {
        var (ready, awaited) = (members, WarmingOf(members));
        while (true)
        {
            var warm = WarmOf(ready);
            var byWaiting = ready.ToLookup(member => ReleaseWatch.Releasing([member]).Any(task => awaited.Contains(task) || (elapsed < Grace && !warm.Contains(task))));
            if (!byWaiting.Contains(true))
                return (ready, awaited);
            ready = byWaiting[false];
            awaited.UnionWith(WarmOf(byWaiting[true]));
        }
    }

    private static HashSet<TaskId> WarmOf(IEnumerable<Member> members) =>
        [.. members.SelectMany(member => member.WarmUps).SelectMany(warmUp => TasksOf(warmUp.Topic, warmUp.Warm))];

    private static HashSet<TaskId> WarmingOf(IEnumerable<Member> members) =>
        [.. members.SelectMany(member => member.WarmUps).SelectMany(warmUp => TasksOf(warmUp.Topic, warmUp.Warming))];

    private static IEnumerable<TaskId> TasksOf(string topic, IEnumerable<int> partitions) => partitions.Select(partition => new TaskId(topic, partition));

    private MembersSnapshot WaitForNewer(MembersSnapshot snapshot)
    {
        using var timeout = new CancellationTokenSource(LookInterval, time);
        try
        {
            return members.WaitForNewerAsync(snapshot.Version, timeout.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return members.Current;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Of {Count} tasks to give back, others have the state of {Warm} after {Milliseconds:F0} ms")]
    private partial void LogWaited(int count, int warm, double milliseconds);
}
