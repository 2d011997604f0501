using System.Text.Json;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Actions;

/// <summary>Reads a <see cref="UserAction"/>. Fields it does not know are skipped, so that newer clients can talk to older servers.</summary>
internal sealed class ActionReader(IngestOptions options, DateTimeOffset now) : IEntryReader<UserAction>
{
    public const int MaxMentions = 50;

    private static readonly string TypeRule = $"must be one of {string.Join(", ", ActionTypes.All.Select(definition => definition.Name))}";

    public UserAction Read(ref Utf8JsonReader json, FieldErrors errors)
    {
        var action = new UserAction { OccurredAt = now.ToUnixTimeMilliseconds() };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            ReadField(ref json, action, errors);
        ActionRules.Check(action, errors);
        return action;
    }

    private void ReadField(ref Utf8JsonReader json, UserAction action, FieldErrors errors)
    {
        if (json.TryEnter("type"u8))
            action.Type = ReadType(ref json, errors);
        else if (json.TryEnter("userId"u8))
            action.UserId = JsonField.ReadId(ref json, "userId", errors);
        else if (json.TryEnter("contentId"u8))
            action.ContentId = JsonField.ReadId(ref json, "contentId", errors);
        else if (json.TryEnter("contentAuthorId"u8))
            action.ContentAuthorId = JsonField.ReadId(ref json, "contentAuthorId", errors);
        else if (json.TryEnter("occurredAt"u8))
            action.OccurredAt = JsonField.ReadTime(ref json, "occurredAt", now, options.MaxClockSkew, errors);
        else if (json.TryEnter("targetUserId"u8))
            action.TargetUserId = JsonField.ReadId(ref json, "targetUserId", errors);
        else if (json.TryEnter("actionId"u8))
            action.ActionId = JsonField.ReadId(ref json, "actionId", errors);
        else if (json.TryEnter("text"u8))
            action.Text = JsonField.ReadText(ref json, "text", options.MaxTextChars, errors);
        else if (json.TryEnter("mentionedUserIds"u8))
            JsonField.ReadIds(ref json, "mentionedUserIds", MaxMentions, action.MentionedUserIds, errors);
        else
            json.Skip();
    }

    private static ActionType ReadType(ref Utf8JsonReader json, FieldErrors errors)
    {
        if (json.TokenType == JsonTokenType.String)
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
