using System.Text.Json.Serialization;
using StreamSocial.Events;

namespace StreamSocial.Replay.Messages;

/// <summary>A view, impression or click as <c>POST /v1/interactions</c> takes it.</summary>
public sealed record ReplayInteraction : ReplayEvent
{
    /// <summary>The same whenever the trace is replayed, so that a repeat is recognised.</summary>
    public required string InteractionId { get; init; }

    [JsonConverter(typeof(InteractionTypeConverter))]
    public required InteractionType Type { get; init; }

    public required string ContentId { get; init; }

    public required string UserId { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => ContentId;
}
