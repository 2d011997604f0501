using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Notifications;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>user-actions → feed-updates, pull-posts, content-interactions, notifications.</summary>
internal static class ActionsStage
{
    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ActionsOptions>>().Value;
        var feeds = services.GetRequiredService<IOptions<FeedsOptions>>().Value;
        var notifications = services.GetRequiredService<IOptions<NotificationsOptions>>().Value;
        var stage = FeedGeneratorStages.Actions;
        return new(stage.Name, stage.Input, stage.Changelog, context => new ActionsProcessor(context, options, feeds, notifications)) { Outputs = stage.Outputs };
    }
}

/// <summary>Options of the Actions stage. All replicas need the same values.</summary>
internal sealed class ActionsOptions
{
    public const string SectionName = "Actions";

    /// <summary>
    /// How many recent action ids are remembered for each user, so that an action that a client repeats is applied once. Follows and unfollows
    /// of the user are remembered separately, in the same number. A client repeats whole requests, and all actions of a request may concern
    /// one user, so this should not be below <c>Ingest:MaxBatchActions</c>.
    /// </summary>
    /// <value>Default 1024; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int RememberedActionIds { get; set; } = 1024;

    /// <summary>
    /// How many of a user's newest likes, shares, posts and comments can be taken back. Of an older one the user can do neither that nor like its
    /// content without being counted twice.
    /// </summary>
    /// <value>Default 10,000; 1 to 1,000,000. Each takes some 200 bytes of state.</value>
    [Range(1, 1_000_000)]
    public int RememberedOwnActions { get; set; } = 10_000;

    /// <summary>
    /// Number of followers at which an account's actions are no longer pushed to each follower but pulled from topic pull-posts; checked
    /// when the account acts. <see cref="Pulling.PullThreshold"/> has the formula; the default is its result for 1000 replicas and feeds that
    /// are read once per 25 actions.
    /// </summary>
    /// <value>Default 10,000; at least 1.</value>
    [Range(1L, long.MaxValue)]
    public long PullThreshold { get; set; } = 10_000;
}
