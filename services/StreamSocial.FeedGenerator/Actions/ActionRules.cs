using StreamSocial.Events;
using StreamSocial.Events.Actions;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Checks an action before it is applied and builds the feed update for it.</summary>
internal static class ActionRules
{
    /// <summary>Checks that an action has the fields that its type needs.</summary>
    /// <returns>The definition of its type.</returns>
    /// <exception cref="InvalidEntryException">The type is unknown, or a field is missing.</exception>
    public static ActionDefinition Check(UserAction action)
    {
        var definition = ActionTypes.Find(action.Type)
            ?? throw new InvalidEntryException($"Action '{action.ActionId}' has the unknown type {(int)action.Type}.");
        Require(action, action.ActionId, "action_id");
        Require(action, action.UserId, "user_id");
        if (definition.Concerns == ConcernedUser.Target)
            Require(action, action.TargetUserId, "target_user_id");
        else
            Require(action, action.ContentId, "content_id");
        return definition;
    }

    /// <summary>Builds the update for the feeds of the actor's followers, without recipients.</summary>
    public static FeedUpdate CreateUpdate(UserAction action, FeedEntryType type) => new()
    {
        ActionId = action.ActionId,
        Type = type,
        AuthorId = action.UserId,
        ContentId = action.ContentId,
        Text = action.Text,
        OccurredAt = action.OccurredAt,
    };

    private static void Require(UserAction action, string value, string field)
    {
        if (value.Length == 0)
            throw new InvalidEntryException($"Action '{action.ActionId}' of type {action.Type} lacks {field}.");
    }
}
