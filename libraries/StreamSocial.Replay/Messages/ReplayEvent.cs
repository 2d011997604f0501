using System.Text.Json.Serialization;
using StreamSocial.Events;
using StreamSocial.Events.Actions;

namespace StreamSocial.Replay.Messages;

/// <summary>An event to post to ingest, in the JSON form of its endpoint.</summary>
public abstract record ReplayEvent
{
    /// <summary>When it happened; null for ingest's own clock.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>The key of the record that ingest will write. Events of one key keep their order.</summary>
    [JsonIgnore]
    public abstract string Key { get; }

    /// <summary>The key of a second record that ingest will write; null if it writes one.</summary>
    [JsonIgnore]
    public virtual string? SecondKey => null;
}

/// <summary>An action as <c>POST /v1/actions</c> takes it.</summary>
public sealed record ReplayAction : ReplayEvent
{
    /// <summary>The same in every replay of the trace, so that ingest and its consumers recognise a repeat.</summary>
    public required string ActionId { get; init; }

    [JsonConverter(typeof(ActionTypeConverter))]
    public required ActionType Type { get; init; }

    /// <summary>The actor.</summary>
    public required string UserId { get; init; }

    /// <summary>Who is followed, unfollowed, blocked or unblocked.</summary>
    public string? TargetUserId { get; init; }

    /// <summary>Whether an unfollow removes what is in the feed already.</summary>
    public bool? Purge { get; init; }

    /// <summary>The number up to which the actor's notifications are read; read only.</summary>
    public int? ReadUpTo { get; init; }

    /// <summary>The actor's own post or comment; delete only.</summary>
    public string? TargetActionId { get; init; }

    public string? ContentId { get; init; }

    public string? ContentAuthorId { get; init; }

    public IReadOnlyList<string>? MentionedUserIds { get; init; }

    public string? Text { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => ActionTypes.Of(Type).KeyOf(UserId, TargetUserId ?? UserId);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? SecondKey => ActionTypes.Of(Type).Concerns == ConcernedUser.Both ? UserId : null;
}

/// <summary>A view, impression or click as <c>POST /v1/interactions</c> takes it.</summary>
public sealed record ReplayInteraction : ReplayEvent
{
    /// <summary>The same in every replay of the trace, so that ingest and its consumers recognise a repeat.</summary>
    public required string InteractionId { get; init; }

    [JsonConverter(typeof(InteractionTypeConverter))]
    public required InteractionType Type { get; init; }

    public required string ContentId { get; init; }

    public required string UserId { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => ContentId;
}
