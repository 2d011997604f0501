using System.Collections.Immutable;
using StreamSocial.Events.Stages;

namespace StreamSocial.Events.Topics;

/// <summary>All topics of StreamSocial with their partition counts and policies: the one place that says what exists.</summary>
public sealed class TopicCatalog
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan DeadLetterRetention = TimeSpan.FromDays(14);

    /// <summary>A restore reads at most this much that compaction could have dropped, beside what waits for the cleaner; Kafka's default is 1 GiB.</summary>
    private const int StateSegmentBytes = 32 * 1024 * 1024;

    /// <summary>The least that Kafka takes: every process reads these tables before it begins, and members write to them all the time.</summary>
    private const int TableSegmentBytes = 1024 * 1024;

    /// <summary>The topics that the feed generators' group consumes.</summary>
    public static ImmutableArray<string> Inputs => FeedGeneratorStages.Inputs;

    private static readonly TopicCatalog Full = new(TopologyProfile.Full, actions: 1000, interactions: 500, updates: 1000, others: 10);
    private static readonly TopicCatalog Small = new(TopologyProfile.Small, actions: 60, interactions: 30, updates: 60, others: 6);

    private readonly ImmutableDictionary<string, TopicSpec> _byName;

    private TopicCatalog(TopologyProfile profile, int actions, int interactions, int updates, int others)
    {
        const int DeadLetters = 10;
        Profile = profile;
        Topics =
        [
            new(TopicNames.UserActions, actions, CleanupPolicy.Delete, Week, "What users did, by the user whose audience it concerns"),
            new(TopicNames.ContentInteractions, interactions, CleanupPolicy.Delete, Day, "What happened to contents, by content, salted when hot"),
            new(TopicNames.FeedUpdates, updates, CleanupPolicy.Delete, Day, "Posts for the feeds of one partition, by explicit partition"),
            new(TopicNames.Notifications, others, CleanupPolicy.Delete, Day, "Notifications, by user"),
            State(TopicNames.ActionsState, actions, "Changelog of the Actions tasks, partition by partition"),
            State(TopicNames.FeedsState, updates, "Changelog of the Feeds tasks, partition by partition"),
            State(TopicNames.EngagementState, interactions, "Changelog of the Engagement tasks, partition by partition"),
            State(TopicNames.PullPosts, others, "Newest actions of accounts too large to push, by author"),
            State(TopicNames.ContentStats, others, "Counters of contents, by content"),
            // A member that was killed writes no tombstone: the retention removes it.
            Table(TopicNames.Members, "Members of the group and what they own, by member"),
            new(TopicNames.RebalanceEvents, 1, CleanupPolicy.Delete, Week, "Rebalances as each member saw them"),
            Table(TopicNames.ScalingDecisions, "Decisions of the autoscaler, by decision"),
            Table(TopicNames.HotKeys, "Keys that are spread over several partitions, by key"),
            .. Inputs.Select(input =>
                new TopicSpec(TopicNames.DeadLetters(input), DeadLetters, CleanupPolicy.Delete, DeadLetterRetention, $"Records of {input} that cannot be processed")),
        ];
        _byName = Topics.ToImmutableDictionary(topic => topic.Name);
    }

    /// <summary>The profile it was made for.</summary>
    public TopologyProfile Profile { get; }

    /// <summary>All topics.</summary>
    public ImmutableArray<TopicSpec> Topics { get; }

    /// <summary>A topic by its name.</summary>
    /// <exception cref="KeyNotFoundException">The catalogue has no such topic.</exception>
    public TopicSpec this[string name] =>
        _byName.TryGetValue(name, out var topic) ? topic : throw new KeyNotFoundException($"The topic catalogue has no topic '{name}'.");

    /// <summary>The catalogue of a profile.</summary>
    public static TopicCatalog For(TopologyProfile profile) => profile switch
    {
        TopologyProfile.Full => Full,
        TopologyProfile.Small => Small,
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "Use full or small."),
    };

    private static TopicSpec State(string name, int partitions, string purpose) =>
        new(name, partitions, CleanupPolicy.Compact, null, purpose) { SegmentBytes = StateSegmentBytes };

    private static TopicSpec Table(string name, string purpose) =>
        new(name, 1, CleanupPolicy.CompactAndDelete, Week, purpose) { SegmentBytes = TableSegmentBytes };
}
