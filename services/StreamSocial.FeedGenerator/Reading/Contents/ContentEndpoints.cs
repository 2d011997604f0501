using StreamSocial.Events;
using StreamSocial.FeedGenerator.Reading.Routing;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>Endpoints for the counters of contents and the trend.</summary>
internal static class ContentEndpoints
{
    private const string BatchPath = "/v1/content:batchGetStats";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/content/{id}/stats", ReadAsync).WithName("GetContentStats").WithSummary("The counters of a content; zero when nobody interacted with it")
            .Produces<ContentStatsView>().WithProblems(ApiProblems.Invalid, ReadProblems.PartitionMoving, ReadProblems.NotOwner);
        routes.MapPost(BatchPath, ReadBatchAsync).WithName("BatchGetContentStats").WithSummary("The counters of many contents")
            .Produces<Batch<ContentStatsView>>().WithProblems(ReadProblems.PartitionMoving, ReadProblems.NotOwner);
        routes.MapGet("/v1/trending", TrendingAsync).WithName("GetTrending").WithSummary("The contents that trend, best first")
            .Produces<TrendingPage>().WithProblems(ApiProblems.Invalid)
            .WithMetadata(new QueryNumber("limit", 1, services => services.GetRequiredService<TrendReader>().MaxLimit, ReadLimits.DefaultTrending, "Most contents."));
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

    private static async Task<IResult> ReadBatchAsync(JsonBody<ContentBatchRequest> body, HttpContext context, ContentReader reader)
    {
        if (BatchBody.CheckKeys("contents", body.Value.Contents) is { } invalid)
            return invalid;
        var (items, problem) = await reader.ReadAsync(context, [.. body.Value.Contents!.Distinct(StringComparer.Ordinal)]);
        return problem ?? TypedResults.Json(new Batch<ContentStatsView>(items), ReadingJson.Default.BatchContentStatsView);
    }

    private static async Task<IResult> ReadPartsAsync(JsonBody<ContentPartsRequest> body, HttpContext context, ContentReader reader) =>
        reader.Check(body.Value.Parts) ?? await reader.AnswerPartsAsync(context, body.Value.Parts!);

    private static async Task<IResult> TrendingAsync(string? limit, TrendReader reader, CancellationToken cancellationToken)
    {
        if (!ReadLimits.TryParse(limit, ReadLimits.DefaultTrending, reader.MaxLimit, out var count))
            return ReadProblems.InvalidLimit(reader.MaxLimit);
        return TypedResults.Json(await reader.ReadAsync(count, cancellationToken), ReadingJson.Default.TrendingPage);
    }

    private static IResult LocalTrending(string? limit, TrendReader reader)
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
