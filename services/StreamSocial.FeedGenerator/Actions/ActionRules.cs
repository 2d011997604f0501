using StreamSocial.Events;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>What an action must carry to be applied, and what it turns into.</summary>
internal static class ActionRules
{
    public static bool IsFollowing(ActionType type) => type is ActionType.Follow or ActionType.Unfollow;

    /// <summary>The user whose audience the action concerns: its key.</summary>
    public static string ConcernedUser(UserAction action) => IsFollowing(action.Type) ? action.TargetUserId : action.UserId;

    /// <exception cref="InvalidEntryException">The action lacks what its type needs.</exception>
    public static void Check(UserAction action)
    {
        if (action.Type is < ActionType.Post or > ActionType.Unfollow)
            throw new InvalidEntryException($"Action '{action.ActionId}' has the unknown type {(int)action.Type}.");
        Require(action, action.ActionId, "action_id");
        Require(action, action.UserId, "user_id");
        if (IsFollowing(action.Type))
            Require(action, action.TargetUserId, "target_user_id");
        else
            Require(action, action.ContentId, "content_id");
    }

    /// <summary>What feeds say of an action, for nobody yet.</summary>
    public static FeedUpdate FeedUpdateOf(UserAction action) => new()
    {
        ActionId = action.ActionId,
        Type = FeedEntryTypeOf(action.Type),
        AuthorId = action.UserId,
        ContentId = action.ContentId,
        Text = action.Text,
        OccurredAt = action.OccurredAt,
    };

    private static FeedEntryType FeedEntryTypeOf(ActionType type) => type switch
    {
        ActionType.Post => FeedEntryType.Post,
        ActionType.Like => FeedEntryType.Like,
        ActionType.Comment => FeedEntryType.Comment,
        ActionType.Share => FeedEntryType.Share,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No entry of a feed."),
    };

    /// <summary>False for a post, which interacts with nothing.</summary>
    public static bool TryGetInteraction(ActionType type, out InteractionType interaction, out NotificationType notification)
    {
        (interaction, notification) = type switch
        {
            ActionType.Like => (InteractionType.Like, NotificationType.Like),
            ActionType.Comment => (InteractionType.Comment, NotificationType.Comment),
            ActionType.Share => (InteractionType.Share, NotificationType.Share),
            _ => (InteractionType.Unspecified, NotificationType.Unspecified),
        };
        return interaction != InteractionType.Unspecified;
    }

    private static void Require(UserAction action, string value, string field)
    {
        if (value.Length == 0)
            throw new InvalidEntryException($"Action '{action.ActionId}' of type {action.Type} lacks {field}.");
    }
}
