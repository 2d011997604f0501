using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net.Mime;
using System.Text.Json;
using StreamSocial.Events;
using StreamSocial.Events.Interactions;
using StreamSocial.Events.Keys;
using StreamSocial.Ingest.Http;
using StreamSocial.Ingest.Json;
using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Interactions;

/// <summary>Interactions with contents that are not actions: views, impressions, clicks.</summary>
internal sealed class InteractionKind : EntryKind<ContentInteraction>
{
    public override string Topic => TopicNames.ContentInteractions;

    public override string[] MediaTypes { get; } = [MediaTypeNames.Application.Json, MediaTypeNames.Text.Plain, BeaconForm.UrlEncoded, BeaconForm.Multipart];

    public override IEntryReader<ContentInteraction> CreateReader(IngestOptions options, DateTimeOffset now, IQueryCollection query, FieldErrors errors) =>
        new InteractionReader(options, now);

    public override string IdField => "interactionId";

    public override string IdOf(ContentInteraction entry) => entry.InteractionId;

    public override bool SetId(ContentInteraction entry, string id)
    {
        entry.InteractionId = id;
        return false;
    }

    public override string UserOf(ContentInteraction entry) => entry.UserId;

    public override ContentInteraction ContentsOf(ContentInteraction entry) => new(entry) { OccurredAt = 0, Spread = 0 };

    public override string KeyOf(ContentInteraction entry) => entry.ContentId;

    public override string CountingContentOf(ContentInteraction entry) => entry.ContentId;

    public override int SpreadOf(ContentInteraction entry) => entry.Spread;

    public override void SetSpread(ContentInteraction entry, int spread) => entry.Spread = spread;

    public override int PartitionOf(ContentInteraction entry, ReadOnlySpan<byte> key, Destinations destinations) =>
        ContentPartitions.PartitionOf(entry.ContentId, entry.InteractionId, entry.Spread, destinations.PartitionCountOf(Topic));

    public override AcceptedResponse Describe(IReadOnlyList<ContentInteraction> entries, GeneratedIds generated) => new(
        entries.Count,
        InteractionIds: generated.Entries ? [.. entries.Select(interaction => interaction.InteractionId)] : null);
}

/// <summary>Documents an interaction in the OpenAPI document; <see cref="InteractionReader"/> reads it.</summary>
internal sealed class InteractionDocument
{
    [Description("Identifies the interaction among those of the same user: a repeat counts once, for ten minutes if not too many others come in between and the content is not spread over more or fewer partitions meanwhile. With other contents it is answered 422 or does not count. The server chooses one when absent.")]
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

/// <summary>Reads a <see cref="ContentInteraction"/>. Likes, comments and shares are actions and are counted from there.</summary>
internal sealed class InteractionReader(IngestOptions options, DateTimeOffset now) : IEntryReader<ContentInteraction>
{
    private static readonly string TypeRule =
        $"must be one of {string.Join(", ", NamesOf(sentByClients: true))}; send {FieldErrors.JoinWords(NamesOf(sentByClients: false).Select(name => name + "s"))} to /v1/actions";

    public ContentInteraction Read(ref Utf8JsonReader json, FieldErrors errors)
    {
        var interaction = new ContentInteraction { OccurredAt = now.ToUnixTimeMilliseconds() };
        var fields = new ObjectFields(errors);
        while (fields.MoveNext(ref json))
            ReadField(ref json, ref fields, interaction, errors);
        Require("type", interaction.Type != InteractionType.Unspecified, errors);
        Require("contentId", interaction.ContentId.Length > 0, errors);
        Require("userId", interaction.UserId.Length > 0, errors);
        return interaction;
    }

    private void ReadField(ref Utf8JsonReader json, ref ObjectFields fields, ContentInteraction interaction, FieldErrors errors)
    {
        if (fields.TryEnter(ref json, 0, "type"u8))
            interaction.Type = ReadType(ref json, errors);
        else if (fields.TryEnter(ref json, 1, "contentId"u8))
            interaction.ContentId = JsonField.ReadId(ref json, "contentId", errors);
        else if (fields.TryEnter(ref json, 2, "userId"u8))
            interaction.UserId = JsonField.ReadId(ref json, "userId", errors);
        else if (fields.TryEnter(ref json, 3, "interactionId"u8))
            interaction.InteractionId = JsonField.ReadId(ref json, "interactionId", errors);
        else if (fields.TryEnter(ref json, 4, "occurredAt"u8))
            interaction.OccurredAt = JsonField.ReadTime(ref json, "occurredAt", now, options.MaxClockSkew, errors);
        else
            fields.Skip(ref json);
    }

    private static InteractionType ReadType(ref Utf8JsonReader json, FieldErrors errors)
    {
        if (json.TokenType == JsonTokenType.String && JsonText.IsValid(json))
        {
            foreach (var definition in InteractionTypes.All)
            {
                if (definition.IsSentByClients && json.ValueTextEquals(definition.JsonName.EncodedUtf8Bytes))
                    return definition.Type;
            }
        }

        errors.Add("type", TypeRule);
        json.Skip();
        return InteractionType.Unspecified;
    }

    private static IEnumerable<string> NamesOf(bool sentByClients) =>
        InteractionTypes.All.Where(definition => definition.IsSentByClients == sentByClients).Select(definition => definition.Name);

    private static void Require(string field, bool isGiven, FieldErrors errors)
    {
        if (!isGiven && !errors.Has(field))
            errors.Add(field, "is required");
    }
}
