using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.Events.Stages;
using StreamSocial.Topics;

namespace StreamSocial.Events.Topics;

/// <summary>Defines all topics of StreamSocial with their partition counts and policies.</summary>
public static class StreamSocialTopics
{
    /// <summary>Configuration key of the profile: <c>full</c> (default) or <c>small</c>.</summary>
    public const string ProfileKey = "Topology:Profile";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan OperationRetention = TimeSpan.FromDays(30);
    private static readonly TimeSpan DeadLetterRetention = TimeSpan.FromDays(14);

    /// <summary>Longer than the charts go back.</summary>
    private static readonly TimeSpan HistoryRetention = TimeSpan.FromHours(2);

    /// <summary>Limits what a restore reads although compaction could have dropped it: the active segment. Kafka's default is 1 GiB.</summary>
    private const int StateSegmentBytes = 32 * 1024 * 1024;

    /// <summary>Kafka's minimum, because every process reads these tables at its start and members write to them continuously.</summary>
    private const int TableSegmentBytes = 1024 * 1024;

    /// <summary>
    /// The workload for which the full profile is planned. A view costs half as much as an action, so content-interactions needs half the partitions
    /// for the same rate. One request in a hundred causes a notification, and one in a thousand is a post that is pulled.
    /// </summary>
    public static ImmutableArray<TopicWorkload> Workloads { get; } =
    [
        new(TopicNames.UserActions, 1, 62_500, 1000),
        new(TopicNames.ContentInteractions, 1, 125_000, 500),
        new(TopicNames.FeedUpdates, 1, 62_500, 1000),
        new(TopicNames.Notifications, 0.01, 62_500, 10),
        new(TopicNames.PullPosts, 0.001, 62_500, 10),
        new(TopicNames.ContentStats, 0.01, 62_500, 10),
    ];

    private static readonly TopicCatalog Full = Create(actions: 1000, interactions: 500, updates: 1000, others: 10);
    private static readonly TopicCatalog Small = Create(actions: 60, interactions: 30, updates: 60, others: 6);

    /// <summary>The topics of a profile.</summary>
    public static TopicCatalog For(TopologyProfile profile) => profile switch
    {
        TopologyProfile.Full => Full,
        TopologyProfile.Small => Small,
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "Use full or small."),
    };

    /// <summary>The topics of the profile that <see cref="ProfileKey"/> names; full if it names none.</summary>
    /// <exception cref="InvalidOperationException">The profile is unknown.</exception>
    public static TopicCatalog From(IConfiguration configuration) => For(ReadProfile(configuration) ?? TopologyProfile.Full);

    /// <summary>The profile that <see cref="ProfileKey"/> names; null if it names none.</summary>
    /// <exception cref="InvalidOperationException">The profile is unknown.</exception>
    public static TopologyProfile? ReadProfile(IConfiguration configuration)
    {
        var text = configuration[ProfileKey];
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return FindProfile(text) ?? throw new InvalidOperationException($"{ProfileKey} is '{text}'; use full or small.");
    }

    /// <summary>The profile of a name, in letters of either case; null if there is none.</summary>
    public static TopologyProfile? FindProfile(string name)
    {
        foreach (var profile in Enum.GetValues<TopologyProfile>())
        {
            if (name.Trim().Equals(profile.ToString(), StringComparison.OrdinalIgnoreCase))
                return profile;
        }
        return null;
    }

    /// <summary>Adds the <see cref="TopicCatalog"/> of the profile that <see cref="ProfileKey"/> names (default full).</summary>
    /// <exception cref="InvalidOperationException">The profile is unknown.</exception>
    public static IServiceCollection AddStreamSocialTopics(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(From(configuration));
        return services;
    }

    private static TopicCatalog Create(int actions, int interactions, int updates, int others)
    {
        const int DeadLetters = 10;
        return new TopicCatalog(
        [
            new(TopicNames.UserActions, actions, CleanupPolicy.Delete, Week, "What users did, by the user whose audience it concerns"),
            new(TopicNames.ContentInteractions, interactions, CleanupPolicy.Delete, Day, "What happened to contents, by content, spread when hot"),
            new(TopicNames.FeedUpdates, updates, CleanupPolicy.Delete, Day, "Posts for the feeds of one partition, by explicit partition"),
            new(TopicNames.Notifications, others, CleanupPolicy.Delete, Day, "Notifications, by user"),
            State(TopicNames.ActionsState, actions, "Changelog of the Actions tasks, partition by partition"),
            State(TopicNames.FeedsState, updates, "Changelog of the Feeds tasks, partition by partition"),
            State(TopicNames.EngagementState, interactions, "Changelog of the Engagement tasks, partition by partition"),
            State(TopicNames.NotificationsState, others, "Changelog of the Notifications tasks, partition by partition"),
            State(TopicNames.PullPosts, others, "Newest actions of accounts too large to push, by author"),
            State(TopicNames.ContentStats, others, "Counters of contents, by content"),
            // A killed member writes no tombstone, so retention removes its record.
            Table(TopicNames.Members, "Members of the group and what they own, by member") with { HasAppendTimes = true },
            new(TopicNames.RebalanceEvents, 1, CleanupPolicy.Delete, Week, "Rebalances as each member saw them") { HasAppendTimes = true },
            Table(TopicNames.ScalingDecisions, "Decisions of the autoscaler, by decision"),
            Table(TopicNames.HotKeys, "Contents that are hot and therefore spread over several partitions, by content"),
            new(TopicNames.Operations, 1, CleanupPolicy.Delete, OperationRetention, "What people made the cluster do: who, when, and what came of it") { HasAppendTimes = true },
            // Without retention: a stage stays paused for as long as nobody resumes it.
            new(TopicNames.StageControls, 1, CleanupPolicy.Compact, null, "Which stages are paused, since when and by whom, by stage") { SegmentBytes = TableSegmentBytes },
            // Compacted only: an alert may fire for longer than a retention, and its record is what a restart goes on from.
            new(TopicNames.Alerts, 1, CleanupPolicy.Compact, null, "Alerts that fired and silences, by fingerprint and id") { SegmentBytes = TableSegmentBytes },
            new(TopicNames.DashboardHistory, 1, CleanupPolicy.Delete, HistoryRetention, "Points of the dashboard's charts") { SegmentBytes = TableSegmentBytes },
            new(TopicNames.HealthChecks, 1, CleanupPolicy.Delete, Day, "What Aspire's Kafka health check writes"),
            .. FeedGeneratorStages.Inputs.Select(input =>
                new TopicSpec(DeadLetterTopic.NameOf(input), DeadLetters, CleanupPolicy.Delete, DeadLetterRetention, $"Records of {input} that cannot be processed")),
        ]);
    }

    private static TopicSpec State(string name, int partitions, string purpose) =>
        new(name, partitions, CleanupPolicy.Compact, null, purpose) { SegmentBytes = StateSegmentBytes };

    private static TopicSpec Table(string name, string purpose) =>
        new(name, 1, CleanupPolicy.CompactAndDelete, Week, purpose) { SegmentBytes = TableSegmentBytes };
}

/// <summary>Set of partition counts.</summary>
public enum TopologyProfile
{
    /// <summary>The counts of the design: 1000, 500 and 1000 for the inputs.</summary>
    Full,

    /// <summary>60, 30 and 60, for three real brokers that share one machine.</summary>
    Small,
}
