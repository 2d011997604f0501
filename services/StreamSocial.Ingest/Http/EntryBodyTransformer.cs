using System.Net.Mime;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace StreamSocial.Ingest.Http;

/// <summary>Describes the body (one entry or an array of them) and the <c>Idempotency-Key</c> of the endpoints that carry an <see cref="EntrySchema"/>.</summary>
internal sealed class EntryBodyTransformer : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<EntrySchema>().FirstOrDefault() is not { } entry)
            return;

        var schema = await context.GetOrCreateSchemaAsync(entry.Entry, parameterDescription: null, cancellationToken);
        if (schema.Properties?["type"] is OpenApiSchema type)
            type.Enum = [.. entry.TypeNames.Select(name => JsonValue.Create(name))];
        var array = new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema, MinItems = 1 };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [MediaTypeNames.Application.Json] = new() { Schema = new OpenApiSchema { OneOf = [schema, array] } },
            },
        };
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = IdempotencyKey.Header,
            In = ParameterLocation.Header,
            Description = "Makes a repeat of the request harmless: the id of its only entry, key/index of several. Entries with an id of their own keep it.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Json.JsonField.MaxIdChars },
        });
    }
}
