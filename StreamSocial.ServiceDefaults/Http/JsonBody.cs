using System.Net.Mime;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>Parameter of an endpoint: a JSON object of at most <see cref="JsonBody.MaxBytes"/>, read by the rules that all services have in common.</summary>
/// <param name="Value">The object.</param>
public sealed record JsonBody<T>(T Value) : IEndpointParameterMetadataProvider
    where T : class
{
    /// <summary>Reads the body.</summary>
    /// <exception cref="RequestFault">It is not such an object.</exception>
    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context) => new(await JsonBody.ReadAsync<T>(context));

    /// <summary>Documents the body and the problems that reading it may have.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new AcceptsMetadata([MediaTypeNames.Application.Json], typeof(T)));
        ApiProblems.AddProblems(builder, ApiProblems.OfBodies);
    }
}

/// <summary>Reads JSON bodies.</summary>
public static class JsonBody
{
    /// <summary>Largest body, in bytes: 1,000 ids at their longest, escaped.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const string DuplicateText = "Duplicate property";

    internal static async Task<T> ReadAsync<T>(HttpContext context)
        where T : class
    {
        if (!RequestBody.IsOfType(context.Request, MediaTypeNames.Application.Json))
            throw new RequestFault(ApiProblems.UnsupportedMediaType, ApiProblems.UnsupportedMediaType.Remedy);
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        using var body = await RequestBody.ReadAsync(context.Request, MaxBytes, context.RequestAborted);
        try
        {
            return JsonSerializer.Deserialize(body.Bytes.Span, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))
                ?? throw RequestFault.Invalid("$", "must be a JSON object");
        }
        catch (JsonException exception)
        {
            throw RequestFault.Invalid(
                exception.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : "$",
                exception.Message.StartsWith(DuplicateText, StringComparison.Ordinal) ? "is given more than once" : "is not the JSON that is asked for here");
        }
    }
}
