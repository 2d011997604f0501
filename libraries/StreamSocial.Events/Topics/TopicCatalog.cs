using System.Collections.Immutable;

namespace StreamSocial.Events.Topics;

/// <summary>All topics of StreamSocial with their partition counts and policies: the one place that says what exists.</summary>
public sealed class TopicCatalog
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan DeadLetterRetention = TimeSpan.FromDays(14);

    /// <summary>The topics that the feed generators' group consumes.</summary>
    public static ImmutableArray<string> Inputs { get; } = [TopicNames.UserActions, TopicNames.ContentInteractions, TopicNames.FeedUpdates];

    // After Inputs, from which they are made: static members are initialised in this order.
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
            new(TopicNames.ActionsState, actions, CleanupPolicy.Compact, null, "Changelog of the Actions tasks, partition by partition"),
            new(TopicNames.FeedsState, updates, CleanupPolicy.Compact, null, "Changelog of the Feeds tasks, partition by partition"),
            new(TopicNames.EngagementState, interactions, CleanupPolicy.Compact, null, "Changelog of the Engagement tasks, partition by partition"),
            new(TopicNames.PullPosts, others, CleanupPolicy.Compact, null, "Newest actions of accounts too large to push, by author"),
            new(TopicNames.ContentStats, others, CleanupPolicy.Compact, null, "Counters of contents, by content"),
            // Read as a table; a member that was killed writes no tombstone, the retention removes it.
            new(TopicNames.Members, 1, CleanupPolicy.CompactAndDelete, Week, "Members of the group and what they own, by member"),
            new(TopicNames.RebalanceEvents, 1, CleanupPolicy.Delete, Week, "Rebalances as each member saw them"),
            new(TopicNames.ScalingDecisions, 1, CleanupPolicy.CompactAndDelete, Week, "Decisions of the autoscaler, by decision"),
            new(TopicNames.HotKeys, 1, CleanupPolicy.CompactAndDelete, Week, "Keys that are spread over several partitions, by key"),
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
}
