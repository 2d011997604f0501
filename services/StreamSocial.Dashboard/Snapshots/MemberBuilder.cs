using System.Collections.Immutable;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>One row of the members' table.</summary>
internal static class MemberBuilder
{
    public static bool IsSilent(Member member, DateTimeOffset at, TimeSpan timeout) =>
        at.ToUnixTimeMilliseconds() - member.ReportedAt > timeout.TotalMilliseconds;

    public static MemberSnapshot Build(
        Member member, int index, ClusterReading? earlier, DateTimeOffset at, TimeSpan timeout, ImmutableArray<TopicSnapshot> topics)
    {
        var past = earlier?.Members?.FirstOrDefault(other => other.MemberId == member.MemberId);
        return new MemberSnapshot(
            member.MemberId,
            member.ResourceName is { Length: > 0 } name ? name : member.MemberId,
            member.Endpoint,
            member.Epoch,
            member.StartedAt,
            member.ReportedAt,
            IsSilent(member, at, timeout),
            [.. topics.Select(topic => member.Topics.Where(owned => owned.Topic == topic.Name).Sum(owned => owned.Partitions.Count))],
            member.Topics.Sum(topic => topic.NextOffsets.Count(offset => offset < 0)),
            Lag(index, topics),
            member.HasBusyRatio ? member.BusyRatio : null,
            member.HasTrueRate ? member.TrueRate : null,
            Rate(past, member),
            member.Counters is { } counters ? CountersSnapshot.From(counters) : null);
    }

    private static long? Lag(int index, ImmutableArray<TopicSnapshot> topics)
    {
        long lag = 0;
        foreach (var topic in topics)
        {
            if (topic.Owners is null)
                return null;
            for (var partition = 0; partition < topic.Owners.Length; partition++)
            {
                if (topic.Owners[partition] != index)
                    continue;
                if (topic.Lags![partition] is not { } known)
                    return null;
                lag += known;
            }
        }
        return lag;
    }

    // Over the member's own clock: its reports are not as evenly spaced as the readings.
    private static double? Rate(Member? past, Member now) =>
        past?.Counters is { } before && now.Counters is { } after && now.ReportedAt > past.ReportedAt && after.EntriesProcessed >= before.EntriesProcessed
            ? (after.EntriesProcessed - before.EntriesProcessed) * 1000.0 / (now.ReportedAt - past.ReportedAt)
            : null;
}
