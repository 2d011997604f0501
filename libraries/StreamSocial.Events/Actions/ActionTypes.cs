using System.Collections.Immutable;
using System.Text.Json;

namespace StreamSocial.Events.Actions;

/// <summary>
/// Defines all types of actions. A new type needs a value of <see cref="ActionType"/> in actions.proto and an entry here. The reference model that
/// verifies the system has its own knowledge of the types and fails on one that it does not know.
/// </summary>
public static class ActionTypes
{
    /// <summary>Most users that an action mentions, each once.</summary>
    public const int MaxMentions = 50;

    /// <summary>All types, in the order in which clients see them.</summary>
    public static ImmutableArray<ActionDefinition> All { get; } =
    [
        new(ActionType.Post, "post") { CreatesContent = true, FeedEntry = FeedEntryType.Post },
        new(ActionType.Like, "like")
        {
            CountsOnce = true, FeedEntry = FeedEntryType.Like, Interaction = InteractionType.Like, Notification = NotificationType.Like,
        },
        new(ActionType.Comment, "comment") { FeedEntry = FeedEntryType.Comment, Interaction = InteractionType.Comment, Notification = NotificationType.Comment },
        new(ActionType.Share, "share") { FeedEntry = FeedEntryType.Share, Interaction = InteractionType.Share, Notification = NotificationType.Share },
        new(ActionType.Follow, "follow") { Concerns = ConcernedUser.Target, FollowerChange = FollowerChange.Add, Notification = NotificationType.Follow },
        new(ActionType.Unfollow, "unfollow") { Concerns = ConcernedUser.Target, FollowerChange = FollowerChange.Remove },
        new(ActionType.Unlike, "unlike") { TakesBack = [ActionType.Like] },
        new(ActionType.Unshare, "unshare") { TakesBack = [ActionType.Share] },
        new(ActionType.Delete, "delete") { Names = ActionObject.OwnAction, TakesBack = [ActionType.Post, ActionType.Comment] },
        new(ActionType.Block, "block") { Concerns = ConcernedUser.Both, FollowerChange = FollowerChange.Block },
        new(ActionType.Unblock, "unblock") { Concerns = ConcernedUser.Both, FollowerChange = FollowerChange.Unblock },
        new(ActionType.Read, "read") { Names = ActionObject.Notifications },
    ];

    private static readonly ImmutableArray<ActionDefinition?> ByType = IndexBy(All, definition => (int)definition.Type);
    private static readonly ImmutableArray<ActionDefinition?> ByFeedEntry = IndexBy(All, definition => (int?)definition.FeedEntry);

    private static readonly ImmutableArray<ActionDefinition?> ByTakenBack =
        [.. Enumerable.Range(0, ByType.Length).Select(type => All.SingleOrDefault(definition => definition.TakesBack.Contains((ActionType)type)))];

    /// <summary>The definition of a type; null for a type that this version does not know. Allocates nothing.</summary>
    public static ActionDefinition? Find(ActionType type) => (uint)type < (uint)ByType.Length ? ByType[(int)type] : null;

    /// <summary>The definition of a type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static ActionDefinition Of(ActionType type) =>
        Find(type) ?? throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such type of action.");

    /// <summary>The definition of the type that appears in feeds as this entry; null if there is none. Allocates nothing.</summary>
    public static ActionDefinition? Find(FeedEntryType entry) => (uint)entry < (uint)ByFeedEntry.Length ? ByFeedEntry[(int)entry] : null;

    /// <summary>The type that takes back actions of this type; null if none does.</summary>
    public static ActionDefinition? TakerBackOf(ActionType type) => (uint)type < (uint)ByTakenBack.Length ? ByTakenBack[(int)type] : null;

    private static ImmutableArray<ActionDefinition?> IndexBy(ImmutableArray<ActionDefinition> definitions, Func<ActionDefinition, int?> valueOf)
    {
        var byValue = new ActionDefinition?[definitions.Max(valueOf).GetValueOrDefault() + 1];
        foreach (var definition in definitions)
        {
            if (valueOf(definition) is { } value)
                byValue[value] = byValue[value] is null ? definition : throw new InvalidOperationException($"{byValue[value]} and {definition} have the same value.");
        }

        return [.. byValue];
    }
}

/// <summary>Properties of a type of action. <see cref="ActionTypes"/> has one definition for each type.</summary>
/// <param name="Type">Its value in the contract.</param>
/// <param name="Name">Its name in JSON, in lower case.</param>
public sealed record ActionDefinition(ActionType Type, string Name)
{
    /// <summary><see cref="Name"/> as readers and writers of JSON take it.</summary>
    public JsonEncodedText JsonName { get; } = JsonEncodedText.Encode(Name);

    /// <summary>The user it concerns, which decides the key of its record and its fields.</summary>
    /// <value>Default the actor.</value>
    public ConcernedUser Concerns { get; init; }

    /// <summary>Whether it creates its content. If so, ingest generates a content id when the client sends none.</summary>
    public bool CreatesContent { get; init; }

    /// <summary>Its effect on the followers of the user it concerns.</summary>
    public FollowerChange FollowerChange { get; init; }

    /// <summary>Type of its entry in the feeds of the actor's followers; null if it appears in no feed and so mentions nobody.</summary>
    public FeedEntryType? FeedEntry { get; init; }

    /// <summary>What it is done to, which decides the fields that it must have.</summary>
    /// <value>Default a content, or a user if it concerns one.</value>
    public ActionObject Names
    {
        get => field == ActionObject.Content && Concerns != ConcernedUser.Actor ? ActionObject.User : field;
        init;
    }

    /// <summary>
    /// Whether a user does it to a content at most once: one more has no effect until the first is taken back, whatever their ids.
    /// </summary>
    public bool CountsOnce { get; init; }

    /// <summary>
    /// Types of the actor's earlier actions that it takes back: all that concern its content, or the one that it names. They leave feeds and counters.
    /// </summary>
    public ImmutableArray<ActionType> TakesBack { get; init; } = [];

    /// <summary>Type of interaction that it counts as for its content; null for none.</summary>
    public InteractionType? Interaction { get; init; }

    /// <summary>Type of notification to the target or the content's author; null for none.</summary>
    public NotificationType? Notification { get; init; }

    /// <summary>The key of an action's record.</summary>
    public string KeyOf(UserAction action) => action.UnderActor ? action.UserId : KeyOf(action.UserId, action.TargetUserId);

    /// <summary>The key of an action of this type; the first one if it concerns two users.</summary>
    /// <param name="userId">The actor.</param>
    /// <param name="targetUserId">The user whom the actor follows or unfollows.</param>
    public string KeyOf(string userId, string targetUserId) => Concerns == ConcernedUser.Actor ? userId : targetUserId;
}

/// <summary>What an action is done to.</summary>
public enum ActionObject
{
    /// <summary>A content: content_id.</summary>
    Content,

    /// <summary>Another user: target_user_id.</summary>
    User,

    /// <summary>An earlier action of the actor: target_action_id.</summary>
    OwnAction,

    /// <summary>The actor's notifications: read_up_to.</summary>
    Notifications,
}

/// <summary>The user whose audience an action concerns. Everything that a fan-out needs is in the log of that user's partition.</summary>
public enum ConcernedUser
{
    /// <summary>The actor.</summary>
    Actor,

    /// <summary>
    /// Another user. The ids of such actions are remembered separately, so that many new followers
    /// do not displace the ids of the target's own actions.
    /// </summary>
    Target,

    /// <summary>Both: there is a record under each key, <see cref="UserAction.UnderActor"/> tells them apart, and it takes effect for each user.</summary>
    Both,
}

/// <summary>Effect of an action on the followers of the user it concerns.</summary>
public enum FollowerChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The actor becomes a follower.</summary>
    Add,

    /// <summary>The actor is no longer a follower.</summary>
    Remove,

    /// <summary>
    /// Neither actor nor target follows the other, nor can before the actor's <see cref="Unblock"/>, and what the target did leaves the actor's feed.
    /// </summary>
    Block,

    /// <summary>The actor's block ends.</summary>
    Unblock,
}
