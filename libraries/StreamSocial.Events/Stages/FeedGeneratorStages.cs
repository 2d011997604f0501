using System.Collections.Immutable;
using Google.Protobuf.Reflection;

namespace StreamSocial.Events.Stages;

/// <summary>Defines the stages of the feed generator with the topics that each reads, keeps and writes.</summary>
public static class FeedGeneratorStages
{
    /// <summary>Id of the application that they make up: its default consumer group.</summary>
    public const string ApplicationId = "feed-generator";

    /// <summary>Applies the actions of users.</summary>
    public static StageManifest Actions { get; } = new("actions", TopicNames.UserActions, TopicNames.ActionsState, UserAction.Descriptor)
    {
        Outputs = [TopicNames.FeedUpdates, TopicNames.PullPosts, TopicNames.ContentInteractions, TopicNames.Notifications],
    };

    /// <summary>
    /// Counts the interactions with contents. What a partition counts of another one's content it sends to that one, through the input topic.
    /// </summary>
    public static StageManifest Engagement { get; } = new("engagement", TopicNames.ContentInteractions, TopicNames.EngagementState, ContentInteraction.Descriptor)
    {
        Outputs = [TopicNames.ContentStats, TopicNames.ContentInteractions],
    };

    /// <summary>Keeps each user's feed.</summary>
    public static StageManifest Feeds { get; } = new("feeds", TopicNames.FeedUpdates, TopicNames.FeedsState, FeedUpdate.Descriptor) { Tables = [TopicNames.PullPosts] };

    /// <summary>Keeps each user's notifications.</summary>
    public static StageManifest Notifications { get; } = new("notifications", TopicNames.Notifications, TopicNames.NotificationsState, Notification.Descriptor);

    /// <summary>All stages.</summary>
    public static ImmutableArray<StageManifest> All { get; } = [Actions, Engagement, Feeds, Notifications];

    /// <summary>The topics that the feed generators' group consumes.</summary>
    public static ImmutableArray<string> Inputs { get; } = [.. All.Select(stage => stage.Input)];
}

/// <summary>Description of a stage for the AppHost, the autoscaler, lag readers, dashboards and the verifier.</summary>
/// <param name="Name">Its name in metrics, member reports and the routing of reads.</param>
/// <param name="Input">The topic whose partitions are its tasks.</param>
/// <param name="Changelog">The topic of its tasks' state; as many partitions as the input.</param>
/// <param name="Entry">The contract of the entries of its input.</param>
public sealed record StageManifest(string Name, string Input, string Changelog, MessageDescriptor Entry)
{
    /// <summary>
    /// The topics it writes, besides its changelog. If its input is one of them, what it makes of its own entries leads to nothing more there.
    /// </summary>
    public ImmutableArray<string> Outputs { get; init; } = [];

    /// <summary>Topics that each of its replicas reads completely.</summary>
    public ImmutableArray<string> Tables { get; init; } = [];
}
