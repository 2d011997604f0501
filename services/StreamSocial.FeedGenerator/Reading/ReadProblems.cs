using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace StreamSocial.FeedGenerator.Reading;

/// <summary>The problem details (RFC 9457) that reads are answered with.</summary>
internal static class ReadProblems
{
    private const int RetryAfterSeconds = 1;

    public static ValidationProblem Invalid(string field, string why) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [why] });

    public static ValidationProblem InvalidLimit(int max) => Invalid("limit", $"A limit is a whole number from 1 to {max}.");

    /// <summary>Told to another replica only, which then looks for the owner again.</summary>
    public static ProblemHttpResult Misdirected() => TypedResults.Problem(
        statusCode: StatusCodes.Status421MisdirectedRequest, title: "Not the owner", detail: "This replica does not hold the partition.");

    /// <summary>The state exists, but nobody can be asked for it now.</summary>
    public static IResult Unavailable(HttpContext context, int partition)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable,
            title: "Partition moving",
            detail: $"Partition {partition} is moving to another replica or being restored. Try again in {RetryAfterSeconds} s.");
    }
}
