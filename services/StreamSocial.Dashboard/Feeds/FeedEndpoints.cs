using System.Globalization;
using StreamSocial.Events;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Feeds;

internal static class FeedEndpoints
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    /// <summary><c>GET /api/feeds/{user}</c>: a user's feed, with its owner and the traces of its entries.</summary>
    public static void MapFeeds(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/feeds/{user}", ReadAsync)
            .WithName("LookUpFeed").WithSummary("A user's feed as it is now, newest first, with the replica that owns it and the traces of its entries")
            .WithMetadata(new QueryNumber("limit", 1, _ => MaxLimit, DefaultLimit, "Most entries."))
            .Produces<FeedDocument>().WithProblems(ApiProblems.Invalid, FeedProblems.NoFeedGenerator, FeedProblems.FeedGeneratorsFailing);

    private static async Task<IResult> ReadAsync(string user, string? limit, IFeedLookup feeds, CancellationToken cancellationToken)
    {
        if (!IdRule.IsValid(user))
            return ApiProblems.InvalidFields(new Dictionary<string, string[]> { ["user"] = [$"An id {IdRule.Text}."] });
        var most = DefaultLimit;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most is >= 1 and <= MaxLimit))
            return ApiProblems.InvalidFields(new Dictionary<string, string[]> { ["limit"] = [$"A limit is a whole number from 1 to {MaxLimit}."] });
        try
        {
            return TypedResults.Ok(await feeds.ReadAsync(user, most, cancellationToken));
        }
        catch (FeedLookupException e)
        {
            return e.Kind.Answer(e.Message);
        }
    }
}

/// <summary>Why a feed is unknown.</summary>
internal static class FeedProblems
{
    public static ProblemKind NoFeedGenerator { get; } = new(503, "no_feed_generator", "No feed generator is known.", "Start one, or set `services:feed-generator-1:http:0`.");

    public static ProblemKind FeedGeneratorsFailing { get; } = new(
        502, "feed_generators_failing", "No feed generator gave the feed, for example because its partition is moving.", "Ask again; look at the feed generators.");
}

/// <summary>A user's feed; the answer of <c>GET /api/feeds/{user}</c>.</summary>
/// <param name="User">The user.</param>
/// <param name="Partition">Partition of <c>feed-updates</c> that has the feed.</param>
/// <param name="Owner">The replica that owns it; null when none is known to.</param>
/// <param name="At">When it was read, Unix milliseconds.</param>
/// <param name="Entries">Newest first.</param>
/// <param name="HasMore">Whether there are older entries.</param>
internal sealed record FeedDocument(string User, int Partition, FeedOwner? Owner, long At, IReadOnlyList<FeedEntryDocument> Entries, bool HasMore);

/// <summary>The replica that owns a feed.</summary>
/// <param name="Id">Its member id.</param>
/// <param name="Name">Name of its resource; null when it has none.</param>
internal sealed record FeedOwner(string Id, string? Name);

/// <summary>One entry.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="Type"><c>post</c>, <c>like</c>, <c>comment</c> or <c>share</c>.</param>
/// <param name="AuthorId">The actor.</param>
/// <param name="ContentId">The content.</param>
/// <param name="Text">Text of the action; may be empty.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
/// <param name="TraceId">The trace in which it came into the feed; null when the owner does not know it.</param>
internal sealed record FeedEntryDocument(string ActionId, string Type, string AuthorId, string ContentId, string Text, long OccurredAt, string? TraceId = null);
