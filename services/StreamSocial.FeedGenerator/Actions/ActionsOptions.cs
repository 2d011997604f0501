using System.ComponentModel.DataAnnotations;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>What the stage that applies user actions keeps. All replicas need the same values.</summary>
internal sealed class ActionsOptions
{
    public const string SectionName = "Actions";

    /// <summary>
    /// How many of its latest action ids each user's key remembers, and as many of follows and unfollows of it, to apply a client's repeat once.
    /// A request that is repeated sends all of its actions again, and all of them may concern one user, so this is not below what ingest takes
    /// in one request.
    /// </summary>
    /// <value>Default 1024; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int RememberedActionIds { get; set; } = 1024;

    /// <summary>
    /// Followers from which on an account's actions are pulled from topic pull-posts instead of pushed to each follower; looked at when it acts.
    /// The formula is in <see cref="Pulling.PullThreshold"/>; the default is what it gives for 1000 replicas and a feed read at each 25th action.
    /// </summary>
    /// <value>Default 10,000; at least 1.</value>
    [Range(1L, long.MaxValue)]
    public long PullThreshold { get; set; } = 10_000;
}
