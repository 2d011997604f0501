using StreamSocial.Events;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Actions;

/// <summary>Which fields an action of each type must and must not have, and whom it concerns.</summary>
internal static class ActionRules
{
    private const string OnlyFollows = "belongs to follow and unfollow only";
    private const string NotFollows = "does not belong to follow and unfollow";

    public static bool IsFollow(ActionType type) => type is ActionType.Follow or ActionType.Unfollow;

    /// <summary>The user whose audience an action concerns: the key of its record.</summary>
    public static string KeyOf(UserAction action) => IsFollow(action.Type) ? action.TargetUserId : action.UserId;

    /// <summary>Adds an error for each field that is missing or out of place.</summary>
    public static void Check(UserAction action, FieldErrors errors)
    {
        Require("userId", action.UserId, errors);
        if (action.Type == ActionType.Unspecified)
        {
            Require("type", "", errors);
        }
        else if (IsFollow(action.Type))
        {
            Require("targetUserId", action.TargetUserId, errors);
            Refuse("contentId", action.ContentId.Length > 0, NotFollows, errors);
            Refuse("contentAuthorId", action.ContentAuthorId.Length > 0, NotFollows, errors);
            Refuse("mentionedUserIds", action.MentionedUserIds.Count > 0, NotFollows, errors);
            Refuse("text", action.Text.Length > 0, NotFollows, errors);
        }
        else
        {
            Refuse("targetUserId", action.TargetUserId.Length > 0, OnlyFollows, errors);
            if (action.Type != ActionType.Post)
                Require("contentId", action.ContentId, errors);
        }
    }

    private static void Require(string field, string value, FieldErrors errors)
    {
        // A field that was given and refused is not missing.
        if (value.Length == 0 && !errors.Has(field))
            errors.Add(field, "is required");
    }

    private static void Refuse(string field, bool isGiven, string reason, FieldErrors errors)
    {
        if (isGiven)
            errors.Add(field, reason);
    }
}
