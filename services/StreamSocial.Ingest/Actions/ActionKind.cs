using System.Security.Cryptography;
using System.Text;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Ingest.Http;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Actions;

/// <summary>What users do.</summary>
internal sealed class ActionKind : EntryKind<UserAction>
{
    public override string Topic => TopicNames.UserActions;

    public override IEntryReader<UserAction> CreateReader(IngestOptions options, DateTimeOffset now) => new ActionReader(options, now);

    public override string IdOf(UserAction entry) => entry.ActionId;

    public override string KeyOf(UserAction entry) => ActionTypes.Of(entry.Type).KeyOf(entry);

    public override bool SetId(UserAction entry, string id)
    {
        entry.ActionId = id;
        if (!ActionTypes.Of(entry.Type).CreatesContent || entry.ContentId.Length > 0)
            return false;
        entry.ContentId = ContentIdOf(entry.UserId, id);
        return true;
    }

    public override AcceptedResponse Describe(IReadOnlyList<UserAction> entries, GeneratedIds generated) => new(
        entries.Count,
        ActionIds: generated.Entries ? [.. entries.Select(action => action.ActionId)] : null,
        ContentIds: generated.Contents ? [.. entries.Select(action => action.ContentId.Length > 0 ? action.ContentId : null)] : null);

    /// <summary>
    /// The content id of a post that brought none. A function of author and action, so that a repeat of the request gives the same
    /// content, whichever of the two arrives first.
    /// </summary>
    private static string ContentIdOf(string userId, string actionId)
    {
        // No id holds a control character, so the separator keeps the pairs apart.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\0{actionId}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }
}
