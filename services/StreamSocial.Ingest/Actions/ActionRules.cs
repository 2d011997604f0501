using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Actions;

/// <summary>Which fields an action of each type must and must not have.</summary>
internal static class ActionRules
{
    private static readonly string TargetedTypes =
        Wording.List(ActionTypes.All.Where(definition => definition.Concerns == ConcernedUser.Target).Select(definition => definition.Name));

    private static readonly string OnlyTargeted = $"belongs to {TargetedTypes} only";
    private static readonly string NotTargeted = $"does not belong to {TargetedTypes}";

    /// <summary>Adds an error for each field that is missing or out of place.</summary>
    public static void Check(UserAction action, FieldErrors errors)
    {
        Require("userId", action.UserId, errors);
        if (ActionTypes.Find(action.Type) is not { } definition)
        {
            Require("type", "", errors);
        }
        else if (definition.Concerns == ConcernedUser.Target)
        {
            Require("targetUserId", action.TargetUserId, errors);
            Refuse("contentId", action.ContentId.Length > 0, NotTargeted, errors);
            Refuse("contentAuthorId", action.ContentAuthorId.Length > 0, NotTargeted, errors);
            Refuse("mentionedUserIds", action.MentionedUserIds.Count > 0, NotTargeted, errors);
            Refuse("text", action.Text.Length > 0, NotTargeted, errors);
        }
        else
        {
            Refuse("targetUserId", action.TargetUserId.Length > 0, OnlyTargeted, errors);
            if (!definition.CreatesContent)
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
