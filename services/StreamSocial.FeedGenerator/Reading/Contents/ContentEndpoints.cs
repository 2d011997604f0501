using Microsoft.AspNetCore.Http.HttpResults;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>Counters of contents and the trend.</summary>
internal static class ContentEndpoints
{
    private const string BatchPath = "/v1/content:batchGetStats";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/content/{id}/stats", ReadAsync).WithName("GetContentStats").WithSummary("The counters of a content; zero when nobody interacted with it")
            .Produces<ContentStatsView>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapPost(BatchPath, ReadBatchAsync).WithName("BatchGetContentStats").WithSummary("The counters of many contents")
            .Accepts<ContentBatchRequest>("application/json")
            .Produces<Batch<ContentStatsView>>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/v1/trending", TrendingAsync).WithName("GetTrending").WithSummary("The contents that trend, best first")
            .Produces<TrendingPage>();
        routes.MapGet(TrendReader.LocalPath, LocalTrending).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadAsync(string id, HttpContext context, OwnerRouter router)
    {
        if (ReadLimits.CheckId(id) is { } wrong)
            return ReadProblems.Invalid("id", wrong);
        return await router.AnswerAsync<EngagementProcessor, ContentStanding>(
            context,
            ReadTarget.Engagement,
            id,
            processor => processor.Read(id),
            standing => TypedResults.Json(ContentStatsView.From(standing.Stats), ReadingJson.Default.ContentStatsView));
    }

    private static async Task<IResult> ReadBatchAsync(HttpContext context, BatchRouter router)
    {
        var (request, problem) = await BatchBody.ReadAsync(context, ReadingJson.Default.ContentBatchRequest);
        problem ??= BatchBody.CheckKeys("contents", request?.Contents);
        if (problem is not null)
            return problem;
        return await router.AnswerAsync(context, new BatchQuery<EngagementProcessor, ContentStatsView>(
            ReadTarget.Engagement,
            request!.Contents!,
            BatchPath,
            (processor, content) => ContentStatsView.From(processor.Read(content).Stats),
            contents => PeerClient.Json(new ContentBatchRequest(contents), ReadingJson.Default.ContentBatchRequest),
            ReadingJson.Default.BatchContentStatsView));
    }

    private static async Task<Results<JsonHttpResult<TrendingPage>, ValidationProblem>> TrendingAsync(
        string? limit, TrendReader reader, CancellationToken cancellationToken)
    {
        if (!ReadLimits.TryParse(limit, ReadLimits.DefaultTrending, reader.MaxLimit, out var count))
            return ReadProblems.InvalidLimit(reader.MaxLimit);
        return TypedResults.Json(await reader.ReadAsync(count, cancellationToken), ReadingJson.Default.TrendingPage);
    }

    private static Results<JsonHttpResult<LocalTrending>, ValidationProblem> LocalTrending(string? limit, TrendReader reader)
    {
        if (!ReadLimits.TryParse(limit, ReadLimits.DefaultTrending, reader.MaxLimit, out var count))
            return ReadProblems.InvalidLimit(reader.MaxLimit);
        return TypedResults.Json(reader.ReadLocal(count), ReadingJson.Default.LocalTrending);
    }
}
