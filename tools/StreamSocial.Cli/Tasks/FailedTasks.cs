using StreamSocial.Cli.Topology;
using StreamSocial.Kafka;

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
}

/// <summary>Finds failed tasks in the members' reports.</summary>
internal static class FailedTasks
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The failed tasks, ordered by name.</summary>
    /// <exception cref="ToolException">The members' topic cannot be read.</exception>
    public static async Task<IReadOnlyList<FailedTaskDocument>> ReadAsync(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        await using var tracker = await MemberTracker.StartAsync(settings, cancellationToken);
        var members = await tracker.ReadAsync(ReadTimeout, cancellationToken);
        return
        [
            .. members.SelectMany(member => member.FailedTasks.Select(task => new FailedTaskDocument(
                    task.Topic, task.Partition, member.MemberId, task.Reason, DateTimeOffset.FromUnixTimeMilliseconds(task.FailedAt), task.Failures,
                    task.NextTryAt > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(task.NextTryAt) : null, CommittedOffsetOf(member, task.Topic, task.Partition))))
                .OrderBy(task => task.Topic, StringComparer.Ordinal).ThenBy(task => task.Partition),
        ];
    }

    private static long? CommittedOffsetOf(Streams.Membership.Member member, string topic, int partition)
    {
        if (member.Topics.FirstOrDefault(reported => reported.Topic == topic) is not { } found || found.Partitions.IndexOf(partition) is not (>= 0 and var index))
            return null;
        return index < found.CommittedOffsets.Count && found.CommittedOffsets[index] is >= 0 and var offset ? offset : null;
    }
}
