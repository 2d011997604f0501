using System.Text.Json.Serialization;
using StreamSocial.Events;
using StreamSocial.Events.Actions;

namespace StreamSocial.Replay.Messages;

/// <summary>An action as <c>POST /v1/actions</c> takes it.</summary>
public sealed record ReplayAction : ReplayEvent
{
    /// <summary>The same whenever the trace is replayed, so that a repeat is recognised.</summary>
    public required string ActionId { get; init; }

    [JsonConverter(typeof(ActionTypeConverter))]
    public required ActionType Type { get; init; }

    /// <summary>The actor.</summary>
    public required string UserId { get; init; }

    /// <summary>The followee; follow and unfollow only.</summary>
    public string? TargetUserId { get; init; }

    public string? ContentId { get; init; }

    public string? ContentAuthorId { get; init; }

    public IReadOnlyList<string>? MentionedUserIds { get; init; }

    public string? Text { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => ActionTypes.Of(Type).KeyOf(UserId, TargetUserId ?? UserId);
}
