using System.Text.Json;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Actions;

/// <summary>Reads a <see cref="UserAction"/>. Unknown fields are skipped, so that newer clients work with older servers.</summary>
/// <param name="options">The options.</param>
/// <param name="now">The time of the request.</param>
/// <param name="purges">Whether every unfollow of the request purges.</param>
internal sealed class ActionReader(IngestOptions options, DateTimeOffset now, bool purges = false) : IEntryReader<UserAction>
{
    private static readonly string TypeRule = $"must be one of {string.Join(", ", ActionTypes.All.Select(definition => definition.Name))}";

    public UserAction Read(ref Utf8JsonReader json, FieldErrors errors)
    {
        var action = new UserAction { OccurredAt = now.ToUnixTimeMilliseconds() };
        var fields = new ObjectFields(errors);
        while (fields.MoveNext(ref json))
            ReadField(ref json, ref fields, action, errors);
        action.Purge |= purges && ActionTypes.Find(action.Type)?.FollowerChange == FollowerChange.Remove;
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
        else if (fields.TryEnter(ref json, 9, "targetActionId"u8))
            action.TargetActionId = JsonField.ReadId(ref json, "targetActionId", errors);
        else if (fields.TryEnter(ref json, 10, "purge"u8))
            action.Purge = JsonField.ReadBoolean(ref json, "purge", errors);
        else if (fields.TryEnter(ref json, 11, "readUpTo"u8))
            action.ReadUpTo = JsonField.ReadPositive(ref json, "readUpTo", errors);
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
    private static readonly string OfUsers = Rule(definition => definition.Names == ActionObject.User);
    private static readonly string OfContents = Rule(definition => definition.Names == ActionObject.Content);
    private static readonly string OfOwnActions = Rule(definition => definition.Names == ActionObject.OwnAction);
    private static readonly string OfUnfollows = Rule(definition => definition.FollowerChange == FollowerChange.Remove);
    private static readonly string OfReads = Rule(definition => definition.Names == ActionObject.Notifications);
    private static readonly string OfFeeds = Rule(definition => definition.FeedEntry is not null);

    /// <summary>Adds an error for each field that is missing or not allowed.</summary>
    public static void Check(UserAction action, FieldErrors errors)
    {
        Require("userId", action.UserId, errors);
        if (ActionTypes.Find(action.Type) is not { } definition)
        {
            Require("type", "", errors);
        }
        else
        {
            Check("targetUserId", action.TargetUserId, definition.Names == ActionObject.User, OfUsers, errors);
            Check("targetActionId", action.TargetActionId, definition.Names == ActionObject.OwnAction, OfOwnActions, errors);
            if (!definition.CreatesContent)
                Check("contentId", action.ContentId, definition.Names == ActionObject.Content, OfContents, errors);
            if (definition.Names != ActionObject.Notifications)
                Reject("readUpTo", action.ReadUpTo > 0, OfReads, errors);
            else if (action.ReadUpTo == 0)
                Require("readUpTo", "", errors);
            Reject("purge", action.Purge && definition.FollowerChange != FollowerChange.Remove, OfUnfollows, errors);
            Reject("contentAuthorId", action.ContentAuthorId.Length > 0 && definition.FeedEntry is null, OfFeeds, errors);
            Reject("mentionedUserIds", action.MentionedUserIds.Count > 0 && definition.FeedEntry is null, OfFeeds, errors);
            Reject("text", action.Text.Length > 0 && definition.FeedEntry is null, OfFeeds, errors);
            Reject("targetUserId", definition.Names == ActionObject.User && action.UserId.Length > 0 && action.UserId == action.TargetUserId, "must be another user", errors);
        }
    }

    private static string Rule(Func<ActionDefinition, bool> hasField) =>
        $"belongs to {FieldErrors.JoinWords(ActionTypes.All.Where(hasField).Select(definition => definition.Name))} only";

    private static void Check(string field, string value, bool isNeeded, string reason, FieldErrors errors)
    {
        if (isNeeded)
            Require(field, value, errors);
        else
            Reject(field, value.Length > 0, reason, errors);
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
