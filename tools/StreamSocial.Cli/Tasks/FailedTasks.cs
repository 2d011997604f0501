using StreamSocial.Cli.Topology;
using StreamSocial.Kafka;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Tasks;

/// <summary>A task that stopped alone, as its owner reports it.</summary>
/// <param name="Topic">Its input.</param>
/// <param name="Partition">The partition.</param>
/// <param name="MemberId">Its owner.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="FailedAt">When it failed first in this row of failures.</param>
/// <param name="Failures">Failures in a row.</param>
/// <param name="NextTryAt">When it is tried again; null: not in that process.</param>
/// <param name="CommittedOffset">Input position of its last checkpoint; null when there is none.</param>
internal sealed record FailedTaskDocument(
    string Topic, int Partition, string MemberId, string Reason, DateTimeOffset FailedAt, int Failures, DateTimeOffset? NextTryAt, long? CommittedOffset)
{
    public string Name => $"{Topic}/{Partition}";

    /// <summary>Whether it is still the same failure, at the same checkpoint of the same owner.</summary>
    /// <param name="failed">The failed tasks by now.</param>
    public bool IsAmong(IEnumerable<FailedTaskDocument> failed) =>
        failed.Any(now => (now.Name, now.MemberId, now.FailedAt, now.CommittedOffset) == (Name, MemberId, FailedAt, CommittedOffset));
}

/// <summary>Finds failed tasks in the members' reports.</summary>
internal static class FailedTasks
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The failed tasks, ordered by name.</summary>
    /// <exception cref="ToolException">The members' topic cannot be read, or no member reports.</exception>
    public static async Task<IReadOnlyList<FailedTaskDocument>> ReadAsync(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        await using var tracker = await MemberTracker.StartAsync(settings, cancellationToken);
        var members = await tracker.ReadAsync(ReadTimeout, cancellationToken);
        return MemberTracker.Live(members).Count > 0 ? Of(members)
            : throw new ToolException("No member reports, so nobody says whether tasks have failed. Does a feed generator run?");
    }

    /// <summary>
    /// The failed tasks that their owners report, ordered by name. A member that was killed leaves its report behind, and two may report a partition while it moves:
    /// the owner is the one that is not silent and reported last.
    /// </summary>
    /// <param name="members">The last report of each member.</param>
    public static IReadOnlyList<FailedTaskDocument> Of(IReadOnlyCollection<Member> members)
    {
        var live = MemberTracker.Live(members);
        var owners = new Dictionary<(string Topic, int Partition), Member>();
        // Equal reports are ordered by id, so that all readers agree.
        foreach (var member in live.OrderBy(member => member.ReportedAt).ThenBy(member => member.MemberId, StringComparer.Ordinal))
        {
            var reported = member.Topics.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition)));
            foreach (var owned in reported.Concat(member.FailedTasks.Select(task => (task.Topic, task.Partition))))
                owners[owned] = member;
        }

        return
        [
            .. live.SelectMany(member => member.FailedTasks.Where(task => owners[(task.Topic, task.Partition)] == member).Select(task => new FailedTaskDocument(
                    task.Topic, task.Partition, member.MemberId, task.Reason, DateTimeOffset.FromUnixTimeMilliseconds(task.FailedAt), task.Failures,
                    task.NextTryAt > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(task.NextTryAt) : null, CommittedOffsetOf(member, task.Topic, task.Partition))))
                .OrderBy(task => task.Topic, StringComparer.Ordinal).ThenBy(task => task.Partition),
        ];
    }

    private static long? CommittedOffsetOf(Member member, string topic, int partition)
    {
        if (member.Topics.FirstOrDefault(reported => reported.Topic == topic) is not { } found || found.Partitions.IndexOf(partition) is not (>= 0 and var index))
            return null;
        return index < found.CommittedOffsets.Count && found.CommittedOffsets[index] is >= 0 and var offset ? offset : null;
    }
}
