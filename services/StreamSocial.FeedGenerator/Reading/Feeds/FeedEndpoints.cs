using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Routing;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.ServiceDefaults.Http.Limits;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>Endpoints for feeds as pages, in batches and as streams.</summary>
internal static class FeedEndpoints
{
    private const string BatchPath = "/v1/feeds:batchGet";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/feeds/{user}", ReadAsync).WithName("GetFeed").WithSummary("The newest entries of a user's feed, newest first")
            .Produces<FeedPage>().WithProblems(ApiProblems.Invalid, ReadProblems.PartitionMoving, ReadProblems.NotOwner)
            .WithMetadata(new QueryNumber("limit", 1, _ => ReadLimits.MaxEntries, ReadLimits.DefaultEntries, "Most entries."));
        routes.MapPost(BatchPath, ReadBatchAsync).WithName("BatchGetFeeds").WithSummary("The newest entries of many users' feeds")
            .Produces<Batch<FeedPage>>().WithProblems(ReadProblems.PartitionMoving, ReadProblems.NotOwner);
        routes.MapGet("/v1/feeds/{user}/stream", StreamAsync).WithName("StreamFeed").WithSummary("A user's feed as server-sent events, in order of arrival")
            .WithDescription(
                "An entry is an event without a name. Its id is opaque; sent back, the stream goes on after it. If something after it is no longer in the feed, an event "
                + "`gap` comes first; if it never was in this feed, an event `reset`, and the stream goes on with what comes next. Either says what to do. After ClientLimits:StreamLifetime an event `reconnect` comes, and the stream ends.")
            .Produces<FeedEntryView>(contentType: "text/event-stream").WithProblems(ApiProblems.Invalid, ReadProblems.PartitionMoving, ReadProblems.NotOwner, StreamLimiter.TooManyStreams);
    }

    private static async Task<IResult> ReadAsync(string user, string? limit, string? before, HttpContext context, OwnerRouter router, RecentTraces traces)
    {
        if (ReadLimits.CheckId(user) is { } wrong)
            return ReadProblems.Invalid("user", wrong);
        if (!ReadLimits.TryParse(limit, ReadLimits.DefaultEntries, ReadLimits.MaxEntries, out var count))
            return ReadProblems.InvalidLimit(ReadLimits.MaxEntries);
        FeedPosition? position = null;
        if (before is not null)
        {
            if (!FeedCursor.TryDecode(before, out var decoded))
                return ReadProblems.Invalid("before", "Give the value of 'next' of an earlier page, unchanged.");
            position = decoded;
        }

        return await router.AnswerAsync<FeedsProcessor, FeedSlice>(
            context,
            ReadTarget.Feeds,
            user,
            processor => processor.Read(user, count, position, ReadLimits.MaxAnswerBytes),
            slice => TypedResults.Json(FeedPage.From(user, slice, traces), ReadingJson.Default.FeedPage));
    }

    private static async Task<IResult> ReadBatchAsync(JsonBody<FeedBatchRequest> body, HttpContext context, BatchRouter router, PartitionReader reader)
    {
        var request = body.Value;
        if (BatchBody.CheckKeys("users", request.Users) is { } problem)
            return problem;
        var limit = request.Limit ?? ReadLimits.DefaultEntries;
        if (limit is < 1 or > ReadLimits.MaxEntries)
            return ReadProblems.InvalidLimit(ReadLimits.MaxEntries);
        var users = request.Users!.Distinct(StringComparer.Ordinal).ToList();
        if (users.Count * limit > ReadLimits.MaxBatchEntries)
            return ReadProblems.Invalid("limit", $"The users of a batch times its limit are at most {ReadLimits.MaxBatchEntries}.");
        var maxBytes = ReadLimits.MaxAnswerBytes / users.Count;
        if (request.MaxFeedBytes is { } asked)
        {
            if (asked < 1)
                return ReadProblems.Invalid("maxFeedBytes", "A number of bytes is a whole number from 1.");
            maxBytes = Math.Min(maxBytes, asked);
        }

        return await router.AnswerAsync(context, new BatchQuery<FeedsProcessor, string, FeedPage>(
            ReadTarget.Feeds,
            users,
            user => reader.PartitionOf(ReadTarget.Feeds, user),
            BatchPath,
            (processor, user) => FeedPage.From(user, processor.Read(user, limit, null, maxBytes, atLeast: 0)),
            some => PeerClient.Json(new FeedBatchRequest(some, limit, maxBytes), ReadingJson.Default.FeedBatchRequest),
            ReadingJson.Default.BatchFeedPage));
    }

    private static async Task<IResult> StreamAsync(
        string user,
        [FromHeader(Name = LastEventId.Header), Description(LastEventId.Description)] string? lastEventId,
        [FromQuery(Name = LastEventId.Query), Description(LastEventId.QueryDescription)] string? firstEventId,
        HttpContext context,
        FeedStreams streams,
        StreamLimiter limiter)
    {
        if (ReadLimits.CheckId(user) is { } wrong)
            return ReadProblems.Invalid("user", wrong);
        StreamPosition? after = null;
        if (LastEventId.Of(lastEventId, firstEventId) is { } given && (after = StreamEventId.Parse(given)) is null)
            return LastEventId.Unknown();

        if (context.IsHead())
        {
            EventStreamWriter.SetHeaders(context.Response);
            return Results.Empty;
        }

        return limiter.TryOpen(context) is { } over ? await streams.RunAsync(context, user, after, over) : StreamLimiter.Refuse(context);
    }
}

/// <summary>Part of a user's feed, newest first.</summary>
/// <param name="User">The user.</param>
/// <param name="Entries">The entries.</param>
/// <param name="Next">Value of <c>before</c> for the next page; null on the last page.</param>
internal sealed record FeedPage(string User, IReadOnlyList<FeedEntryView> Entries, string? Next)
{
    /// <param name="user">The user.</param>
    /// <param name="slice">The entries.</param>
    /// <param name="traces">Knows the entries' traces; null to leave them out.</param>
    public static FeedPage From(string user, FeedSlice slice, RecentTraces? traces = null)
    {
        var entries = new FeedEntryView[slice.Entries.Count];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = FeedEntryView.From(slice.Entries[i]) with { TraceId = traces?.Find(slice.Entries[i].Item.AuthorId, slice.Entries[i].Item.ActionId) };
        return new(user, entries, slice.HasMore ? FeedCursor.Encode(entries.Length > 0 ? slice.Entries[^1].Item.Position : FeedPosition.AfterAll) : null);
    }
}

/// <summary>One entry of a feed.</summary>
/// <param name="Arrival">Number in the feed's order of arrival, from 1; null if the feed pulls it instead of holding it.</param>
/// <param name="PullNumber">Number among its author's actions in pull-posts, from 1; null if it was pushed.</param>
/// <param name="ActionId">The action.</param>
/// <param name="Type"><c>post</c>, <c>like</c>, <c>comment</c> or <c>share</c>.</param>
/// <param name="AuthorId">The actor.</param>
/// <param name="ContentId">The content posted, liked, commented on or shared.</param>
/// <param name="Text">Text of the action; may be empty.</param>
/// <param name="OccurredAt">Unix milliseconds.</param>
internal sealed record FeedEntryView(
    long? Arrival, int? PullNumber, string ActionId, string Type, string AuthorId, string ContentId, string Text, long OccurredAt)
{
    /// <summary>The trace in which the entry came into the feed, in hexadecimal; absent when the replica does not know it, as when the trace was not sampled.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    public static FeedEntryView From(in FeedEntry entry) => new(
        entry.Arrival > 0 ? entry.Arrival : null, entry.PullNumber > 0 ? entry.PullNumber : null, entry.Item.ActionId, NameOf(entry.Item.Type),
        entry.Item.AuthorId, entry.Item.ContentId, entry.Item.Text, entry.Item.OccurredAt);

    private static string NameOf(FeedEntryType type) =>
        ActionTypes.Find(type)?.Name ?? throw new ArgumentOutOfRangeException(nameof(type), type, "No action appears in feeds as this.");
}

/// <summary>Request for the feeds of several users.</summary>
/// <param name="Users">1 to 1000 users, each answered once.</param>
/// <param name="Limit">Entries of each feed, 1 to 1000; 50 when absent. Times the number of users at most 50,000.</param>
/// <param name="MaxFeedBytes">
/// Most bytes of ids and texts of each feed; at most, and when absent, 32 MiB divided by the number of users. A page that is cut there, even to
/// no entry, has <c>next</c>.
/// </param>
internal sealed record FeedBatchRequest(IReadOnlyList<string>? Users, int? Limit, int? MaxFeedBytes = null);
