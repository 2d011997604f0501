using System.Collections.Immutable;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Alerts.Rules;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Makes what the rules look at of a reading and its snapshot. A pure function.</summary>
internal static class AlertInputBuilder
{
    /// <param name="reading">What was read.</param>
    /// <param name="snapshot">What the page shows of it.</param>
    /// <param name="catalog">How long each topic keeps its records where that is not known of the topic itself.</param>
    /// <param name="audit">What the audit counted lately; null when nobody reports.</param>
    /// <param name="deadLetters">By input topic, how many dead letters came of it lately; null when unknown.</param>
    /// <param name="disks">By name, the share of each watched disk that is used.</param>
    /// <param name="hasOrchestrator">Whether there is somebody to say how many replicas there are.</param>
    public static AlertInput Build(
        ClusterReading reading, DashboardSnapshot snapshot, TopicCatalog catalog, AuditGrowth? audit,
        ImmutableSortedDictionary<string, GrowthSignal?>? deadLetters, ImmutableSortedDictionary<string, double?> disks, bool hasOrchestrator) => new(reading.Group.At)
        {
            Topics = [.. snapshot.Topics.Select(topic => Signals(topic, LeastLag(reading.Group.Find(topic.Name)), snapshot.RetentionOf(catalog[topic.Name])))],
            Brokers = reading.Cluster is { } cluster
                ? [.. cluster.Brokers.Select(broker => new BrokerSignal(broker.Id, broker.Status == BrokerStatus.Running, CauseSnapshot.CodeOf(broker.Status)))]
                : null,
            Lacking = reading.Cluster is { } brokers
                ? [.. brokers.Topics.Where(IsLacking).Select(topic => new ReplicationSignals(topic.Name, topic.Offline, topic.UnderMinInSync, topic.UnderReplicated))]
                : null,
            Lost = audit?.Lost,
            Misordered = audit?.Misordered,
            FailedTasks = FailedTasks(reading.Group),
            WantedReplicas = snapshot.Scale?.Desired,
            ReadyReplicas = snapshot.Scale?.Ready,
            RecentRebalances = reading.Rebalances is { } events ? CountUntil(snapshot.At, events) : null,
            DeadLetters = deadLetters,
            Disks = disks,
            Sources = Sources(reading, deadLetters, disks, hasOrchestrator),
        };

    /// <summary>
    /// Counted from the events: the timeline shows only so many, and only of the last minutes. What is yet to come, by a clock that was set back since, is not recent.
    /// </summary>
    private static int CountUntil(long now, RebalanceWindow window)
    {
        var oldest = now - (long)RebalanceWindow.ShortestLength.TotalMilliseconds;
        var fold = new RebalanceFold(window.Before);
        foreach (var change in window.Events)
            fold.Apply(change);
        return fold.Rebalances.Select(rebalance => rebalance.StartedAt).Concat(window.Dropped).Count(at => at >= oldest && at <= now);
    }

    private static TopicSignals Signals(TopicSnapshot topic, long? lag, TimeSpan? retention)
    {
        var (hottest, ratio) = Hottest(topic.RatesIn);
        return new TopicSignals(
            topic.Name,
            lag,
            topic.UnknownLags == 0,
            topic.OldestAgeMs is { } age ? TimeSpan.FromMilliseconds(age) : null,
            topic.UnknownAges == 0,
            hottest,
            ratio,
            retention);
    }

    /// <summary>With the partitions that nobody has, whose records wait since somebody had them; null when it is known of none.</summary>
    private static long? LeastLag(TopicReading? topic)
    {
        var lags = topic?.Partitions.Select(partition => partition.LeastLag).Where(lag => lag is not null).ToArray();
        return lags is [_, ..] ? lags.Sum() : null;
    }

    private static (int? Partition, double? Ratio) Hottest(double?[]? rates)
    {
        if (rates is not [_, ..] || rates.Contains(null))
            return (null, null);
        var (partition, most) = rates.Index().MaxBy(rate => rate.Item);
        // A topic with next to nothing has no hot partition, and not an unknown one.
        return most < AlertRules.LeastHotRate ? (partition, 0) : (partition, most / rates.Average());
    }

    /// <summary>Those of which nobody can say are among them, so that they are unknown and not fine.</summary>
    private static bool IsLacking(TopicReplication topic) => topic.Offline + topic.UnderReplicated > 0 || topic.UnderMinInSync is null or > 0;

    /// <summary>When nobody reports, nobody says that a task has stopped, or that it runs again.</summary>
    private static ImmutableSortedDictionary<string, int>? FailedTasks(GroupReading group) => Reporting(group) is not { Count: > 0 } members ? null : members
        .SelectMany(member => member.FailedTasks)
        .GroupBy(task => task.Topic, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(topic => topic.Key, topic => topic.Select(task => task.Partition).Distinct().Count(), StringComparer.Ordinal);

    private static List<Member>? Reporting(GroupReading group) => group.Members?.Where(member => !group.IsSilent(member)).ToList();

    private static ImmutableSortedDictionary<string, bool> Sources(
        ClusterReading reading, ImmutableSortedDictionary<string, GrowthSignal?>? deadLetters, ImmutableSortedDictionary<string, double?> disks, bool hasOrchestrator)
    {
        var sources = ImmutableSortedDictionary.CreateBuilder<string, bool>(StringComparer.Ordinal);
        foreach (var topic in reading.Group.Topics)
            sources[$"log ends of {topic.Topic}"] = topic.Partitions.Any(partition => partition.LogEnd is not null);
        sources["members"] = Reporting(reading.Group) is { Count: > 0 };
        sources["brokers"] = reading.Cluster is not null;
        sources["rebalances"] = reading.Rebalances is not null;
        foreach (var topic in FeedGeneratorStages.Inputs)
            sources[$"dead letters of {topic}"] = deadLetters?.GetValueOrDefault(topic) is not null;
        if (hasOrchestrator)
            sources["replicas"] = reading.Scale is not null;
        foreach (var (name, used) in disks)
            sources[$"disk {name}"] = used is not null;
        return sources.ToImmutable();
    }
}
