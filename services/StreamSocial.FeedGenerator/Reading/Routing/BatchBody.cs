using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Reads and checks the body of a batch.</summary>
internal static class BatchBody
{
    public static async Task<(T? Request, IResult? Problem)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            var request = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
            return request is null ? (null, ReadProblems.Invalid("$", "The body is a JSON object.")) : (request, null);
        }
        catch (JsonException exception)
        {
            return (null, ReadProblems.Invalid(exception.Path ?? "$", "The body is not the JSON that is asked for here."));
        }
    }

    public static IResult? CheckKeys(string field, IReadOnlyList<string>? keys)
    {
        if (keys is null || keys.Count is < 1 or > ReadLimits.MaxBatch)
            return ReadProblems.Invalid(field, $"Give 1 to {ReadLimits.MaxBatch} ids.");
        for (var i = 0; i < keys.Count; i++)
        {
            if (ReadLimits.CheckId(keys[i]) is { } wrong)
                return ReadProblems.Invalid($"{field}[{i}]", wrong);
        }

        return null;
    }
}
