using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Ingest.Http;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Actions;

/// <summary>Actions of users.</summary>
internal sealed class ActionKind : EntryKind<UserAction>
{
    public override string Topic => TopicNames.UserActions;

    public override IEntryReader<UserAction> CreateReader(IngestOptions options, DateTimeOffset now, IQueryCollection query, FieldErrors errors) =>
        new ActionReader(options, now, PurgeQuery.Read(query, errors));

    public override string IdField => "actionId";

    public override string IdOf(UserAction entry) => entry.ActionId;

    public override string UserOf(UserAction entry) => entry.UserId;

    public override UserAction ContentsOf(UserAction entry) => new(entry) { OccurredAt = 0, Spread = 0 };

    public override string KeyOf(UserAction entry) => ActionTypes.Of(entry.Type).KeyOf(entry);

    public override UserAction? SecondOf(UserAction entry) =>
        ActionTypes.Of(entry.Type).Concerns == ConcernedUser.Both ? new(entry) { UnderActor = true } : null;

    public override string? CountingContentOf(UserAction entry) => ActionTypes.Of(entry.Type).Interaction is null ? null : entry.ContentId;

    public override int SpreadOf(UserAction entry) => entry.Spread;

    public override void SetSpread(UserAction entry, int spread) => entry.Spread = spread;

    public override bool SetId(UserAction entry, string id)
    {
        entry.ActionId = id;
        if (!ActionTypes.Of(entry.Type).CreatesContent || entry.ContentId.Length > 0)
            return false;
        entry.ContentId = ContentIdOf(entry.UserId, id);
        return true;
    }

    public override string LargestFieldOf(UserAction entry) =>
        entry.Text.Length >= entry.MentionedUserIds.Sum(id => id.Length) ? "text" : "mentionedUserIds";

    public override AcceptedResponse Describe(IReadOnlyList<UserAction> entries, GeneratedIds generated) => new(
        entries.Count,
        ActionIds: generated.Entries ? [.. entries.Select(action => action.ActionId)] : null,
        ContentIds: generated.Contents ? [.. entries.Select(action => action.ContentId.Length > 0 ? action.ContentId : null)] : null);

    /// <summary>
    /// Content id for a post that was sent without one. It depends on author and action only, so that a repeat of the request gets the same id.
    /// </summary>
    private static string ContentIdOf(string userId, string actionId)
    {
        // Ids contain no control characters, so the separator makes the pair unambiguous.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\0{actionId}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }
}

/// <summary>The query <c>purge</c>, which holds for every unfollow of a request.</summary>
internal static class PurgeQuery
{
    public const string Name = "purge";

    public static bool Read(IQueryCollection query, FieldErrors errors)
    {
        if (!query.TryGetValue(Name, out var values))
            return false;
        if (values is [{ } value] && bool.TryParse(value, out var purge))
            return purge;
        errors.Add(Name, "must be given once, as true or false");
        return false;
    }
}

/// <summary>Documents an action in the OpenAPI document; <see cref="ActionReader"/> reads it.</summary>
internal sealed class ActionDocument
{
    [Description("Identifies the action among those of the same user: a repeat takes effect once. With other contents it is answered 422 or has no effect. The server chooses one when absent.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? ActionId { get; init; }

    [Description("What the user did. A user likes a content at most once, whatever the ids of the likes, until the like is taken back.")]
    public required string Type { get; init; }

    [Description("Who did it.")]
    [MaxLength(JsonField.MaxIdChars)]
    public required string UserId { get; init; }

    [Description("Who is followed, unfollowed, blocked or unblocked, not the user; required there. After a block neither follows the other, nor can before the unblock, and what the blocked user did leaves the user's feed.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? TargetUserId { get; init; }

    [Description("The content; chosen by the server for a post without one, required for everything else that is done with a content. Unlike takes back the user's like of it, unshare the latest 16 of the user's shares of it.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? ContentId { get; init; }

    [Description("The author of that content, who is notified.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? ContentAuthorId { get; init; }

    [Description("Users named in the text, each notified.")]
    [MaxLength(ActionTypes.MaxMentions)]
    public IReadOnlyList<string>? MentionedUserIds { get; init; }

    [Description("Whether what the unfollowed user did before leaves the user's feed; unfollow only. Otherwise the feed keeps it. The query's purge=true says so for every unfollow of the request.")]
    public bool? Purge { get; init; }

    [Description("The number of the user's newest notification that is read; read only, required there. It marks the earlier ones too.")]
    [Range(1, int.MaxValue)]
    public int? ReadUpTo { get; init; }

    [Description("The actionId of the user's own post or comment that is deleted; delete only, required there. It leaves every feed, and a comment its content's counter; what others did with the content stays.")]
    [MaxLength(JsonField.MaxIdChars)]
    public string? TargetActionId { get; init; }

    [Description("Text of a post or comment.")]
    public string? Text { get; init; }

    [Description("When it happened, RFC 3339; now when absent. May lie in the past, not more than the configured skew in the future.")]
    public DateTimeOffset? OccurredAt { get; init; }
}
