using System.Collections.Immutable;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Builds a snapshot from two readings. A pure function; what one of them lacks is unknown.</summary>
internal static class SnapshotBuilder
{
    /// <summary>Figures of <paramref name="current"/>, rates since <paramref name="earlier"/>.</summary>
    /// <param name="earlier">What was read at the start of the rate window; null when there is none yet.</param>
    /// <param name="current">What was read now.</param>
    /// <param name="version">Number of the snapshot.</param>
    /// <param name="frame">What is the same in each snapshot.</param>
    /// <param name="members">What the members reported until now.</param>
    public static DashboardSnapshot Build(ClusterReading? earlier, ClusterReading current, long version, SnapshotFrame frame, MemberHistory members)
    {
        var (before, now) = (earlier?.Group, current.Group);
        var ordered = Ordered(now.Members);
        var indexes = (ordered ?? []).Index().ToDictionary(entry => entry.Item.MemberId, entry => entry.Index, StringComparer.Ordinal);
        var seconds = before is null ? 0 : (now.At - before.At).TotalSeconds;
        ImmutableArray<TopicSnapshot> topics = [.. now.Topics.Select(topic => TopicSnapshot.From(topic, before?.Find(topic.Topic), seconds, indexes)
            .WithStates(topic, current.Cluster?.Topics.FirstOrDefault(copies => copies.Name == topic.Topic), now.Members?.Any(member => !now.IsSilent(member))))];
        ImmutableArray<MemberSnapshot>? rows = ordered is null
            ? null
            : [.. ordered.Select((member, index) => MemberSnapshot.From(member, index, before, now, topics))];
        var at = now.At.ToUnixTimeMilliseconds();
        return new DashboardSnapshot(
            version,
            at,
            (long)frame.Interval.TotalMilliseconds,
            frame.IsDemo,
            topics,
            rows,
            Totals(topics, rows),
            current.Scale is { } scale
                ? new ScaleSnapshot(scale.Spec.Replicas, scale.Status.Replicas, scale.Status.Ready, scale.Minimum, scale.Maximum)
                : null,
            current.Decisions is { } decisions ? [.. decisions.Select(DecisionSnapshot.From)] : null,
            current.Rebalances is { } window ? RebalanceTimeline.Build(window, members, at, at - (long)frame.HistoryLength.TotalMilliseconds) : null,
            current.Cluster is { } cluster ? ClusterSnapshot.From(cluster, current.Figures) : null,
            current.Catalogue is { } catalogue ? CatalogueSnapshot.From(catalogue) : null,
            current.Consumers?.Groups is { } groups ? [.. groups.Select(group => ConsumerGroupSnapshot.From(group, now))] : null,
            CauseSnapshot.All,
            [.. frame.Links, .. LinkSnapshot.From(current.Resources)],
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
            reporting is [_, ..] ? reporting.Aggregate((left, right) => left + right) : null,
            topics.Max(topic => topic.OldestAgeMs))
        {
            UnknownAges = topics.Any(topic => topic.UnknownAges is null) ? null : topics.Sum(topic => topic.UnknownAges),
        };
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
        if (reading.Rebalances is null)
            unknown.Add("rebalances");
        if (reading.Cluster is null)
            unknown.Add("brokers");
        if (reading.Catalogue is null)
            unknown.Add("topics");
        unknown.AddRange(reading.Consumers?.Unread ?? ["consumer groups"]);
        if (reading.Scale is null)
            unknown.Add("replicas");
        return unknown.ToImmutable();
    }
}

/// <summary>What is the same in each snapshot.</summary>
/// <param name="IsDemo">Whether the figures are made up.</param>
/// <param name="Interval">Time between two snapshots.</param>
/// <param name="HistoryLength">How far back the timeline of rebalances goes.</param>
/// <param name="Links">Links in the page's head, besides those to resources that run.</param>
internal sealed record SnapshotFrame(bool IsDemo, TimeSpan Interval, TimeSpan HistoryLength, ImmutableArray<LinkSnapshot> Links)
{
    public static SnapshotFrame From(DashboardOptions options) => new(
        options.Demo,
        options.Interval,
        options.HistoryLength,
        [.. options.Links.OrderBy(link => link.Key, StringComparer.Ordinal).Select(link => new LinkSnapshot(link.Key, link.Value.ToString()))]);
}
