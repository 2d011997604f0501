using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamSocial.Ingest.Actions;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Http;

/// <summary>The shape of an action, for the OpenAPI document only; <see cref="ActionReader"/> reads it.</summary>
internal sealed class ActionDocument
{
    [Description("Identifies the action; a repeat of the same id by the same user takes effect once. The server chooses one when absent.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? ActionId { get; init; }

    [Description("What the user did.")]
    public required string Type { get; init; }

    [Description("Who did it.")]
    [MaxLength(JsonField.MaxIdChars)]
    public required string UserId { get; init; }

    [Description("Who is followed or unfollowed; follow and unfollow only, required there.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? TargetUserId { get; init; }

    [Description("The content; chosen by the server for a post without one, required for everything else that is done with a content.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? ContentId { get; init; }

    [Description("The author of that content, who is notified.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? ContentAuthorId { get; init; }

    [Description("Users named in the text, each notified.")]
    [MaxLength(ActionReader.MaxMentions)]
    public IReadOnlyList<string>? MentionedUserIds { get; init; }

    [Description("Text of a post or comment.")]
    public string? Text { get; init; }

    [Description("When it happened, RFC 3339; now when absent. May lie in the past, not more than the configured skew in the future.")]
    public DateTimeOffset? OccurredAt { get; init; }
}
