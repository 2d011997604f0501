using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.ServiceDefaults.ApiReference;

/// <summary>Endpoint metadata: a whole number in the query, which the endpoint parses itself so that it can say what is wrong with it.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value; asked for when the document is made, since it may be an option, which is checked after endpoints are mapped.</param>
/// <param name="Default">What an absent one means; null if that is no number.</param>
/// <param name="Description">What it is for.</param>
public sealed record QueryNumber(string Name, int Minimum, Func<IServiceProvider, int> Maximum, int? Default, string Description);

/// <summary>Endpoint metadata: a header that may be given, which the endpoint reads itself.</summary>
/// <param name="Name">The header.</param>
/// <param name="Description">What it is for.</param>
public sealed record OptionalHeader(string Name, string Description);

/// <summary>Describes the numbers of the query and the headers, and names the reasons of each status that is a problem.</summary>
internal sealed class EndpointTransformer : IOpenApiOperationTransformer, IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var number in metadata.OfType<QueryNumber>())
        {
            if (operation.Parameters?.FirstOrDefault(parameter => parameter.Name == number.Name) is not OpenApiParameter parameter)
                continue;
            parameter.Description = number.Description;
            parameter.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = number.Minimum.ToString(CultureInfo.InvariantCulture),
                Maximum = number.Maximum(context.ApplicationServices).ToString(CultureInfo.InvariantCulture),
                Default = number.Default is { } value ? JsonValue.Create(value) : null,
            };
        }

        foreach (var header in metadata.OfType<OptionalHeader>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        foreach (var kinds in metadata.OfType<AnsweredProblems>().SelectMany(problems => problems.Kinds).Distinct().GroupBy(kind => kind.Status))
        {
            if (operation.Responses?.GetValueOrDefault(kinds.Key.ToString(CultureInfo.InvariantCulture)) is OpenApiResponse response)
                response.Description = string.Join(", ", kinds.Select(kind => $"`{kind.Reason}`"));
        }

        return Task.CompletedTask;
    }

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type == typeof(ProblemDetails) || context.JsonTypeInfo.Type == typeof(HttpValidationProblemDetails))
        {
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
            schema.Properties[ApiProblems.ReasonMember] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Names the kind of problem, for programs." };
            schema.Required = new HashSet<string> { "status", ApiProblems.ReasonMember };
        }

        return Task.CompletedTask;
    }
}
