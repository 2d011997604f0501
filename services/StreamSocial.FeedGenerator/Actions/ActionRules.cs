using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Checks an action before it is applied and builds the feed updates for it.</summary>
internal static class ActionRules
{
    /// <summary>Checks that an action has the fields that its type needs, and that every id and its time are ones.</summary>
    /// <returns>The definition of its type.</returns>
    /// <exception cref="InvalidEntryException">The type is unknown, a field is missing, an id is no id, or the time is none that a calendar has.</exception>
    public static ActionDefinition Check(UserAction action)
    {
        var definition = ActionTypes.Find(action.Type)
            ?? throw new InvalidEntryException($"Action '{action.ActionId}' has the unknown type {(int)action.Type}.");
        if (action.UnderActor && definition.Concerns != ConcernedUser.Both)
            throw new InvalidEntryException($"Action '{action.ActionId}' of type {action.Type} has under_actor, which belongs to actions that concern two users.");
        Require(action, action.ActionId, "action_id");
        Require(action, action.UserId, "user_id");
        switch (definition.Names)
        {
            case ActionObject.User: Require(action, action.TargetUserId, "target_user_id"); break;
            case ActionObject.OwnAction: Require(action, action.TargetActionId, "target_action_id"); break;
            case ActionObject.Notifications:
                if (action.ReadUpTo < 1)
                    throw new InvalidEntryException($"Action '{action.ActionId}' of type {action.Type} has the read_up_to {action.ReadUpTo}; it is a number from 1.");
                break;
            default: Require(action, action.ContentId, "content_id"); break;
        }

        Allow(action, action.TargetUserId, "target_user_id");
        Allow(action, action.ContentId, "content_id");
        Allow(action, action.ContentAuthorId, "content_author_id");
        if (!FieldCheck.IsTime(action.OccurredAt))
            throw new InvalidEntryException($"Action '{action.ActionId}' has the occurred_at {action.OccurredAt}; it is a time in Unix milliseconds.");
        if (action.Spread < 0)
            throw new InvalidEntryException($"Action '{action.ActionId}' has the spread {action.Spread}; it is a number of parts.");
        if (action.MentionedUserIds.Count > ActionTypes.MaxMentions)
            throw new InvalidEntryException($"Action '{action.ActionId}' mentions {action.MentionedUserIds.Count} users; at most {ActionTypes.MaxMentions} are allowed.");
        foreach (var mentioned in action.MentionedUserIds)
            Allow(action, mentioned, "mentioned_user_ids");
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

    /// <summary>Builds the update that removes an action from feeds, without recipients.</summary>
    public static FeedUpdate CreateRemoval(string user, in OwnAction action, FeedEntryType type) => new()
    {
        ActionId = action.ActionId,
        Type = type,
        AuthorId = user,
        OccurredAt = action.OccurredAt,
        Removal = Removal.Action,
    };

    private static void Require(UserAction action, string value, string field)
    {
        if (value.Length == 0)
            throw new InvalidEntryException($"Action '{action.ActionId}' of type {action.Type} lacks {field}.");
        Allow(action, value, field);
    }

    private static void Allow(UserAction action, string value, string field)
    {
        if (value.Length > 0 && !IdRule.IsValid(value))
            throw new InvalidEntryException($"Action '{action.ActionId}' of type {action.Type} has a {field} that is no id: it {IdRule.Text}.");
    }
}
