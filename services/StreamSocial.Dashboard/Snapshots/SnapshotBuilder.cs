using System.Collections.Immutable;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Builds a snapshot from two readings. A pure function; what one of them lacks is unknown.</summary>
internal static class SnapshotBuilder
{
    /// <summary>Figures of <paramref name="current"/>, rates since <paramref name="earlier"/>.</summary>
    public static DashboardSnapshot Build(ClusterReading? earlier, ClusterReading current, long version, bool isDemo, ImmutableArray<LinkSnapshot> links)
    {
        var (before, now) = (earlier?.Group, current.Group);
        var members = Ordered(now.Members);
        var indexes = (members ?? []).Index().ToDictionary(entry => entry.Item.MemberId, entry => entry.Index, StringComparer.Ordinal);
        var seconds = before is null ? 0 : (now.At - before.At).TotalSeconds;
        ImmutableArray<TopicSnapshot> topics = [.. now.Topics.Select(topic => TopicSnapshot.From(topic, before?.Find(topic.Topic), seconds, indexes))];
        ImmutableArray<MemberSnapshot>? rows = members is null
            ? null
            : [.. members.Select((member, index) => MemberSnapshot.From(member, index, before, now, topics))];
        return new DashboardSnapshot(
            version,
            now.At.ToUnixTimeMilliseconds(),
            isDemo,
            topics,
            rows,
            Totals(topics, rows),
            current.Scale is { } scale
                ? new ScaleSnapshot(scale.Spec.Replicas, scale.Status.Replicas, scale.Status.Ready, scale.Minimum, scale.Maximum)
                : null,
            current.Decisions is { } decisions ? [.. decisions.Select(DecisionSnapshot.From)] : null,
            [.. links, .. LinkSnapshot.From(current.Resources)],
            Unknown(current));
    }

    /// <summary>Members in the order of their names, <c>-10</c> after <c>-9</c>.</summary>
    private static List<Member>? Ordered(IReadOnlyCollection<Member>? members) => members?
        .OrderBy(member => member.ResourceName.Length)
        .ThenBy(member => member.ResourceName, StringComparer.Ordinal)
        .ThenBy(member => member.MemberId, StringComparer.Ordinal)
        .ToList();

    private static TotalsSnapshot Totals(ImmutableArray<TopicSnapshot> topics, ImmutableArray<MemberSnapshot>? members)
    {
        var reporting = members?.Where(member => member.Counters is not null).Select(member => member.Counters!).ToList();
        return new TotalsSnapshot(
            Sum(topics.Select(topic => topic.RateIn)),
            Sum(topics.Select(topic => topic.RateOut)),
            Sum(members?.Where(member => !member.IsSilent).Select(member => member.EntriesPerSecond)),
            SumKnown(topics.Select(topic => topic.Lag)),
            SumKnown(topics.Select(topic => topic.CommittedLag)),
            topics.Any(topic => topic.UnknownLags is null) ? null : topics.Sum(topic => topic.UnknownLags),
            reporting is [_, ..] ? reporting.Aggregate((left, right) => left + right) : null);
    }

    private static double? Sum(IEnumerable<double?>? figures)
    {
        var all = figures?.ToList();
        return all is [_, ..] && all.TrueForAll(figure => figure is not null) ? all.Sum() : null;
    }

    private static long? SumKnown(IEnumerable<long?> figures)
    {
        var known = figures.Where(figure => figure is not null).ToList();
        return known.Count == 0 ? null : known.Sum();
    }

    private static ImmutableArray<string> Unknown(ClusterReading reading)
    {
        var unknown = ImmutableArray.CreateBuilder<string>();
        unknown.AddRange(reading.Group.Topics.Where(topic => topic.Partitions.All(partition => partition.LogEnd is null)).Select(topic => $"log ends of {topic.Topic}"));
        if (reading.Group.Members is null)
            unknown.Add("members");
        if (reading.Decisions is null)
            unknown.Add("scaling decisions");
        if (reading.Scale is null)
            unknown.Add("replicas");
        return unknown.ToImmutable();
    }
}
