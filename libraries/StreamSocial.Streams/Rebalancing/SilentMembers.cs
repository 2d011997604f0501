using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// Members that have stopped reporting while others go on: dead, frozen or very slow. The group knows when their sessions end, which is later; by then others
/// can have the state of their tasks.
/// </summary>
internal static class SilentMembers
{
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(3);

    /// <summary>Silence after which a member counts as silent: as long as several reports take.</summary>
    public static TimeSpan SilenceOf(StreamsOptions options) =>
        3 * options.ReportInterval is var several && several > LeastSilence ? several : LeastSilence;

    /// <summary>
    /// The tasks of the other members that are silent, as long as nobody else reports to have them. The newest report of any member is the clock, so when all are
    /// silent, because the brokers are, nobody is.
    /// </summary>
    /// <param name="snapshot">The members.</param>
    /// <param name="options">The name of the member that asks, and how often members report.</param>
    /// <param name="ownerOf">The member that has a task by the newest report; null when nobody has it.</param>
    public static IEnumerable<TaskId> TasksOf(MembersSnapshot snapshot, StreamsOptions options, Func<TaskId, string?> ownerOf)
    {
        var silentSince = snapshot.Members.Values.Select(member => member.ReportedAt).DefaultIfEmpty().Max() - SilenceOf(options).TotalMilliseconds;
        return snapshot.Members.Values.Where(member => member.MemberId != options.MemberId && member.ReportedAt <= silentSince)
            .SelectMany(member => member.Topics.SelectMany(topic => topic.Partitions.Select(partition => new TaskId(topic.Topic, partition)))
                .Where(task => ownerOf(task) == member.MemberId));
    }

    /// <summary>
    /// What to prepare: the tasks of the silent members, and those that are prepared already and that nobody has. A silent member leaves the reports, too, and may do so
    /// long before its session ends.
    /// </summary>
    /// <param name="snapshot">The members.</param>
    /// <param name="options">The name of the member that asks, and how often members report.</param>
    /// <param name="prepared">The tasks that are prepared already.</param>
    /// <param name="ownerOf">The member that has a task by the newest report; null when nobody has it.</param>
    public static HashSet<TaskId> Choose(MembersSnapshot snapshot, StreamsOptions options, IEnumerable<TaskId> prepared, Func<TaskId, string?> ownerOf) =>
        [.. prepared.Where(task => ownerOf(task) is null), .. TasksOf(snapshot, options, ownerOf)];
}
