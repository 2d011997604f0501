using Microsoft.AspNetCore.Http.HttpResults;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>Endpoints for the counters of contents and the trend.</summary>
internal static class ContentEndpoints
{
    private const string BatchPath = "/v1/content:batchGetStats";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/content/{id}/stats", ReadAsync).WithName("GetContentStats").WithSummary("The counters of a content; zero when nobody interacted with it")
            .Produces<ContentStatsView>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapPost(BatchPath, ReadBatchAsync).WithName("BatchGetContentStats").WithSummary("The counters of many contents")
            .Accepts<ContentBatchRequest>("application/json")
            .Produces<Batch<ContentStatsView>>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/v1/trending", TrendingAsync).WithName("GetTrending").WithSummary("The contents that trend, best first")
            .Produces<TrendingPage>();
        routes.MapPost(ContentReader.PartsPath, ReadPartsAsync).ExcludeFromDescription();
        routes.MapGet(TrendReader.LocalPath, LocalTrending).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadAsync(string id, HttpContext context, ContentReader reader)
    {
        if (ReadLimits.CheckId(id) is { } wrong)
            return ReadProblems.Invalid("id", wrong);
        var (items, problem) = await reader.ReadAsync(context, [id]);
        return problem ?? TypedResults.Json(items[0], ReadingJson.Default.ContentStatsView);
    }

    private static async Task<IResult> ReadBatchAsync(HttpContext context, ContentReader reader)
    {
        var (request, problem) = await BatchBody.ReadAsync(context, ReadingJson.Default.ContentBatchRequest);
        problem ??= BatchBody.CheckKeys("contents", request?.Contents);
        if (problem is not null)
            return problem;
        (var items, problem) = await reader.ReadAsync(context, [.. request!.Contents!.Distinct(StringComparer.Ordinal)]);
        return problem ?? TypedResults.Json(new Batch<ContentStatsView>(items), ReadingJson.Default.BatchContentStatsView);
    }

    private static async Task<IResult> ReadPartsAsync(HttpContext context, ContentReader reader)
    {
        var (request, problem) = await BatchBody.ReadAsync(context, ReadingJson.Default.ContentPartsRequest);
        problem ??= reader.Check(request?.Parts);
        return problem ?? await reader.AnswerPartsAsync(context, request!.Parts!);
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

/// <summary>Request for the counters of several contents.</summary>
/// <param name="Contents">1 to 1000 contents, each answered once.</param>
internal sealed record ContentBatchRequest(IReadOnlyList<string>? Contents);

/// <summary>The counters of one content.</summary>
/// <param name="LastInteractionAt">Unix milliseconds; null if nobody interacted with it.</param>
/// <param name="Partitions">Number of partitions that have counted it: 1, or more if it is or was hot.</param>
internal sealed record ContentStatsView(
    string ContentId, long Views, long Impressions, long Clicks, long Likes, long Comments, long Shares, long? LastInteractionAt, int Partitions = 1)
{
    /// <summary>Adds two parts of one content.</summary>
    public static ContentStatsView Add(ContentStatsView left, ContentStatsView right) => new(
        left.ContentId, left.Views + right.Views, left.Impressions + right.Impressions, left.Clicks + right.Clicks, left.Likes + right.Likes,
        left.Comments + right.Comments, left.Shares + right.Shares, Later(left.LastInteractionAt, right.LastInteractionAt), left.Partitions + right.Partitions);

    public static ContentStatsView From(ContentStats stats)
    {
        var isTouched = (stats.Views | stats.Impressions | stats.Clicks | stats.Likes | stats.Comments | stats.Shares) != 0;
        return new(
            stats.ContentId, stats.Views, stats.Impressions, stats.Clicks, stats.Likes, stats.Comments, stats.Shares, isTouched ? stats.LastInteractionAt : null);
    }

    private static long? Later(long? left, long? right) => left is null || right > left ? right : left;
}
