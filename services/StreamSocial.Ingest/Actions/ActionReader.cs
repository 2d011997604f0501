using System.Text.Json;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Actions;

/// <summary>Reads a <see cref="UserAction"/>. Unknown fields are skipped, so that newer clients work with older servers.</summary>
internal sealed class ActionReader(IngestOptions options, DateTimeOffset now) : IEntryReader<UserAction>
{
    private static readonly string TypeRule = $"must be one of {string.Join(", ", ActionTypes.All.Select(definition => definition.Name))}";

    public UserAction Read(ref Utf8JsonReader json, FieldErrors errors)
    {
        var action = new UserAction { OccurredAt = now.ToUnixTimeMilliseconds() };
        var fields = new ObjectFields(errors);
        while (fields.MoveNext(ref json))
            ReadField(ref json, ref fields, action, errors);
        ActionRules.Check(action, errors);
        return action;
    }

    private void ReadField(ref Utf8JsonReader json, ref ObjectFields fields, UserAction action, FieldErrors errors)
    {
        if (fields.TryEnter(ref json, 0, "type"u8))
            action.Type = ReadType(ref json, errors);
        else if (fields.TryEnter(ref json, 1, "userId"u8))
            action.UserId = JsonField.ReadId(ref json, "userId", errors);
        else if (fields.TryEnter(ref json, 2, "contentId"u8))
            action.ContentId = JsonField.ReadId(ref json, "contentId", errors);
        else if (fields.TryEnter(ref json, 3, "contentAuthorId"u8))
            action.ContentAuthorId = JsonField.ReadId(ref json, "contentAuthorId", errors);
        else if (fields.TryEnter(ref json, 4, "occurredAt"u8))
            action.OccurredAt = JsonField.ReadTime(ref json, "occurredAt", now, options.MaxClockSkew, errors);
        else if (fields.TryEnter(ref json, 5, "targetUserId"u8))
            action.TargetUserId = JsonField.ReadId(ref json, "targetUserId", errors);
        else if (fields.TryEnter(ref json, 6, "actionId"u8))
            action.ActionId = JsonField.ReadId(ref json, "actionId", errors);
        else if (fields.TryEnter(ref json, 7, "text"u8))
            action.Text = JsonField.ReadText(ref json, "text", options.MaxTextChars, errors);
        else if (fields.TryEnter(ref json, 8, "mentionedUserIds"u8))
            JsonField.ReadIds(ref json, "mentionedUserIds", ActionTypes.MaxMentions, action.MentionedUserIds, errors);
        else
            fields.Skip(ref json);
    }

    private static ActionType ReadType(ref Utf8JsonReader json, FieldErrors errors)
    {
        if (json.TokenType == JsonTokenType.String && JsonText.IsValid(json))
        {
            foreach (var definition in ActionTypes.All)
            {
                if (json.ValueTextEquals(definition.JsonName.EncodedUtf8Bytes))
                    return definition.Type;
            }
        }

        errors.Add("type", TypeRule);
        json.Skip();
        return ActionType.Unspecified;
    }
}

/// <summary>Rules for the fields that an action of each type must and must not have.</summary>
internal static class ActionRules
{
    private static readonly string TargetedTypes =
        FieldErrors.JoinWords(ActionTypes.All.Where(definition => definition.Concerns == ConcernedUser.Target).Select(definition => definition.Name));

    private static readonly string OnlyTargeted = $"belongs to {TargetedTypes} only";
    private static readonly string NotTargeted = $"does not belong to {TargetedTypes}";

    /// <summary>Adds an error for each field that is missing or not allowed.</summary>
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
            Reject("contentId", action.ContentId.Length > 0, NotTargeted, errors);
            Reject("contentAuthorId", action.ContentAuthorId.Length > 0, NotTargeted, errors);
            Reject("mentionedUserIds", action.MentionedUserIds.Count > 0, NotTargeted, errors);
            Reject("text", action.Text.Length > 0, NotTargeted, errors);
        }
        else
        {
            Reject("targetUserId", action.TargetUserId.Length > 0, OnlyTargeted, errors);
            if (!definition.CreatesContent)
                Require("contentId", action.ContentId, errors);
        }
    }

    private static void Require(string field, string value, FieldErrors errors)
    {
        // A field that was given but invalid is not missing.
        if (value.Length == 0 && !errors.Has(field))
            errors.Add(field, "is required");
    }

    private static void Reject(string field, bool isGiven, string reason, FieldErrors errors)
    {
        if (isGiven)
            errors.Add(field, reason);
    }
}
