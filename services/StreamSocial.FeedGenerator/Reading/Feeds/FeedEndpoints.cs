using Microsoft.AspNetCore.Mvc;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Routing;
using StreamSocial.FeedGenerator.Reading.Streams;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>Feeds as pages, in batches and as streams.</summary>
internal static class FeedEndpoints
{
    private const string BatchPath = "/v1/feeds:batchGet";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/feeds/{user}", ReadAsync).WithName("GetFeed").WithSummary("The newest entries of a user's feed, newest first")
            .Produces<FeedPage>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapPost(BatchPath, ReadBatchAsync).WithName("BatchGetFeeds").WithSummary("The newest entries of many users' feeds")
            .Accepts<FeedBatchRequest>("application/json")
            .Produces<Batch<FeedPage>>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/v1/feeds/{user}/stream", StreamAsync).WithName("StreamFeed").WithSummary("A user's feed as server-sent events, in order of arrival")
            .Produces<FeedEntryView>(contentType: "text/event-stream").ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ReadAsync(string user, string? limit, string? before, HttpContext context, OwnerRouter router)
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
            processor => processor.Read(user, count, position),
            slice => TypedResults.Json(FeedPage.From(user, slice), ReadingJson.Default.FeedPage));
    }

    private static async Task<IResult> ReadBatchAsync(HttpContext context, BatchRouter router)
    {
        var (request, problem) = await BatchBody.ReadAsync(context, ReadingJson.Default.FeedBatchRequest);
        problem ??= BatchBody.CheckKeys("users", request?.Users);
        if (problem is not null)
            return problem;
        var limit = request!.Limit ?? ReadLimits.DefaultEntries;
        if (limit is < 1 or > ReadLimits.MaxEntries)
            return ReadProblems.InvalidLimit(ReadLimits.MaxEntries);
        return await router.AnswerAsync(context, new BatchQuery<FeedsProcessor, FeedPage>(
            ReadTarget.Feeds,
            request.Users!,
            BatchPath,
            (processor, user) => FeedPage.From(user, processor.Read(user, limit, null)),
            users => PeerClient.Json(new FeedBatchRequest(users, limit), ReadingJson.Default.FeedBatchRequest),
            ReadingJson.Default.BatchFeedPage));
    }

    private static async Task<IResult> StreamAsync(
        string user, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, HttpContext context, FeedStreams streams)
    {
        if (ReadLimits.CheckId(user) is { } wrong)
            return ReadProblems.Invalid("user", wrong);
        StreamPosition? after = null;
        if (!string.IsNullOrEmpty(lastEventId))
        {
            after = StreamEventId.Parse(lastEventId);
            if (after is null)
                return ReadProblems.Invalid("Last-Event-ID", "Give the id of an event of this stream, unchanged.");
        }

        return await streams.RunAsync(context, user, after);
    }
}
