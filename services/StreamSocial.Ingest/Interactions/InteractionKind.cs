using StreamSocial.Events;
using StreamSocial.Ingest.Http;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Interactions;

/// <summary>What happens to contents without being an action: views, impressions, clicks.</summary>
internal sealed class InteractionKind : EntryKind<ContentInteraction>
{
    public override string Topic => TopicNames.ContentInteractions;

    public override IEntryReader<ContentInteraction> CreateReader(IngestOptions options, DateTimeOffset now) => new InteractionReader(options, now);

    public override string IdOf(ContentInteraction entry) => entry.InteractionId;

    public override bool SetId(ContentInteraction entry, string id)
    {
        entry.InteractionId = id;
        return false;
    }

    public override string KeyOf(ContentInteraction entry) => entry.ContentId;

    public override AcceptedResponse Describe(IReadOnlyList<ContentInteraction> entries, GeneratedIds generated) => new(
        entries.Count,
        InteractionIds: generated.Entries ? [.. entries.Select(interaction => interaction.InteractionId)] : null);
}
