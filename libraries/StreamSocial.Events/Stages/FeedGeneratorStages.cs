using System.Collections.Immutable;

namespace StreamSocial.Events.Stages;

/// <summary>The stages of the feed generator: the one place that says what each of them reads, keeps and writes.</summary>
public static class FeedGeneratorStages
{
    /// <summary>Applies what users did.</summary>
    public static StageManifest Actions { get; } = new("actions", TopicNames.UserActions, TopicNames.ActionsState)
    {
        Outputs = [TopicNames.FeedUpdates, TopicNames.PullPosts, TopicNames.ContentInteractions, TopicNames.Notifications],
    };

    /// <summary>Counts what happened to contents.</summary>
    public static StageManifest Engagement { get; } = new("engagement", TopicNames.ContentInteractions, TopicNames.EngagementState)
    {
        Outputs = [TopicNames.ContentStats],
    };

    /// <summary>Keeps each user's feed.</summary>
    public static StageManifest Feeds { get; } = new("feeds", TopicNames.FeedUpdates, TopicNames.FeedsState) { Tables = [TopicNames.PullPosts] };

    /// <summary>All stages.</summary>
    public static ImmutableArray<StageManifest> All { get; } = [Actions, Engagement, Feeds];

    /// <summary>The topics that the feed generators' group consumes.</summary>
    public static ImmutableArray<string> Inputs { get; } = [.. All.Select(stage => stage.Input)];
}

/// <summary>What others need to know of a stage: the AppHost, the autoscaler, readers of lag, dashboards and the verifier.</summary>
/// <param name="Name">Its name in metrics, member reports and the routing of reads.</param>
/// <param name="Input">The topic whose partitions are its tasks.</param>
/// <param name="Changelog">The topic of its tasks' state; as many partitions as the input.</param>
public sealed record StageManifest(string Name, string Input, string Changelog)
{
    /// <summary>The topics it writes, beside its changelog.</summary>
    public ImmutableArray<string> Outputs { get; init; } = [];

    /// <summary>Topics that each replica of it reads as a whole.</summary>
    public ImmutableArray<string> Tables { get; init; } = [];
}
