using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamSocial.Ingest.Interactions;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Http;

/// <summary>The shape of an interaction, for the OpenAPI document only; <see cref="InteractionReader"/> reads it.</summary>
internal sealed class InteractionDocument
{
    [Description("Identifies the interaction. The server chooses one when absent.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? InteractionId { get; init; }

    [Description("What happened.")]
    public required string Type { get; init; }

    [Description("To which content.")]
    [MaxLength(JsonField.MaxIdChars)]
    public required string ContentId { get; init; }

    [Description("By whom.")]
    [MaxLength(JsonField.MaxIdChars)]
    public required string UserId { get; init; }

    [Description("When it happened, RFC 3339; now when absent.")]
    public DateTimeOffset? OccurredAt { get; init; }
}
