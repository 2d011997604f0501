using System.Collections.Immutable;

namespace StreamSocial.Events.Topics;

/// <summary>What a topic has to carry, for <see cref="PartitionPlanner"/>.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="EntriesPerRequest">Entries that one request brings to the topic on average, 0 or more.</param>
/// <param name="EntriesPerConsumerPerSecond">What one consumer of a partition processes, entries per second, above 0.</param>
/// <param name="NamedPartitions">A count that was named from outside and is kept if it suffices; null when the planner is free.</param>
public sealed record TopicWorkload(string Topic, double EntriesPerRequest, double EntriesPerConsumerPerSecond, int? NamedPartitions = null)
{
    /// <summary>
    /// The workload that the full profile is made for. A view is half the work of an action, so content-interactions needs half the
    /// partitions for the same rate; one request in a hundred notifies someone; one in a thousand is a post that is pulled.
    /// </summary>
    public static ImmutableArray<TopicWorkload> Default { get; } =
    [
        new(TopicNames.UserActions, 1, 62_500, 1000),
        new(TopicNames.ContentInteractions, 1, 125_000, 500),
        new(TopicNames.FeedUpdates, 1, 62_500, 1000),
        new(TopicNames.Notifications, 0.01, 62_500, 10),
        new(TopicNames.PullPosts, 0.001, 62_500, 10),
        new(TopicNames.ContentStats, 0.01, 62_500, 10),
    ];
}
