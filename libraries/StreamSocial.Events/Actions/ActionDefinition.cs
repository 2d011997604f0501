using System.Text.Json;

namespace StreamSocial.Events.Actions;

/// <summary>Everything that depends on the type of an action. <see cref="ActionTypes"/> has one for each type.</summary>
/// <param name="Type">Its value in the contract.</param>
/// <param name="Name">Its word in JSON: lower case.</param>
public sealed record ActionDefinition(ActionType Type, string Name)
{
    /// <summary><see cref="Name"/> as readers and writers of JSON take it.</summary>
    public JsonEncodedText JsonName { get; } = JsonEncodedText.Encode(Name);

    /// <summary>Whom it concerns: the key of its record, and which fields it has.</summary>
    /// <value>Default the actor.</value>
    public ConcernedUser Concerns { get; init; }

    /// <summary>Whether its content is new: ingest chooses the content's id when the client gives none.</summary>
    public bool CreatesContent { get; init; }

    /// <summary>What it does to the followers of the user it concerns.</summary>
    public FollowerChange FollowerChange { get; init; }

    /// <summary>How it appears in the feeds of the actor's followers, who see it and whom it mentions; null when it appears in none.</summary>
    public FeedEntryType? FeedEntry { get; init; }

    /// <summary>How it counts for its content; null when it does not.</summary>
    public InteractionType? Interaction { get; init; }

    /// <summary>How the other side is notified: the target, or the content's author; null when nobody is.</summary>
    public NotificationType? Notification { get; init; }

    /// <summary>The key of an action of this type.</summary>
    public string KeyOf(UserAction action) => KeyOf(action.UserId, action.TargetUserId);

    /// <summary>The user that an action of this type concerns.</summary>
    /// <param name="userId">The actor.</param>
    /// <param name="targetUserId">Whom the actor follows or unfollows.</param>
    public string KeyOf(string userId, string targetUserId) => Concerns == ConcernedUser.Target ? targetUserId : userId;
}

/// <summary>The user whose audience an action concerns. Everything that a fan-out needs is in the log of that user's partition.</summary>
public enum ConcernedUser
{
    /// <summary>The actor, who does something with a content: the action has a content_id and no target_user_id.</summary>
    Actor,

    /// <summary>
    /// Another user, to whom the actor does something: the action has a target_user_id and nothing about a content. Repeats of such actions
    /// are recognised by a memory of their own, so that a rush of followers does not make the target's own actions forgotten.
    /// </summary>
    Target,
}

/// <summary>What an action does to the followers of its target.</summary>
public enum FollowerChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The actor follows the target from now on.</summary>
    Add,

    /// <summary>The actor follows the target no longer.</summary>
    Remove,
}
