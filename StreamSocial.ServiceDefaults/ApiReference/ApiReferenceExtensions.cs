using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace StreamSocial.ServiceDefaults.ApiReference;

/// <summary>The reference of an HTTP API. Usable without the other defaults.</summary>
public static class ApiReferenceExtensions
{
    /// <summary>Which part of a path names the resource: <c>/v1/feeds:batchGet</c> is about feeds.</summary>
    private const int ResourceSegment = 2;

    /// <summary>Sets the title and the description of the API's document, and completes it with what endpoints say of their numbers and problems.</summary>
    /// <remarks>
    /// The service itself calls <c>AddOpenApi</c>, as its generator takes the XML comments from the project that makes the call.
    /// </remarks>
    public static OpenApiOptions WithInfo(this OpenApiOptions options, string title, string description) =>
        options.AddOperationTransformer<EndpointTransformer>().AddSchemaTransformer<EndpointTransformer>().AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = title;
            document.Info.Description = description;
            GroupByResource(document);
            return Task.CompletedTask;
        });

    /// <summary>Maps <c>/openapi/v1.json</c>, the document, and <c>/scalar</c>, a page to read and try it, which loads nothing from elsewhere.</summary>
    public static void MapApiReference(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi();
        endpoints.MapScalarApiReference(page => page.DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp());
    }

    /// <summary>Operations stand under what they are about, as their paths say it, and not under the class that maps them.</summary>
    private static void GroupByResource(OpenApiDocument document)
    {
        var groups = document.Paths.GroupBy(path => path.Key.Split('/', ':')[ResourceSegment]).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        document.Tags = groups.Select(group => new OpenApiTag { Name = group.Key }).ToHashSet();
        foreach (var group in groups)
        {
            foreach (var operation in group.SelectMany(path => path.Value.Operations ?? []).Select(pair => pair.Value))
                operation.Tags = new HashSet<OpenApiTagReference> { new(group.Key, document) };
        }
    }
}
