using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Events.Interactions;
using StreamSocial.Ingest.Actions;
using StreamSocial.Ingest.Interactions;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Ingest.Http;

/// <summary>The endpoints of the HTTP API.</summary>
internal static class IngestEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Describe(routes.MapPost("/v1/actions", (HttpContext context, SubmitHandler<UserAction> handler) => handler.HandleAsync(context)))
            .WithName("SubmitActions")
            .WithSummary("Takes one action or an array of actions")
            .WithMetadata(new EntrySchema(typeof(ActionDocument), ActionTypes.All.Select(definition => definition.Name), new ActionKind().MediaTypes)
            {
                Query = new()
                {
                    Name = PurgeQuery.Name,
                    In = ParameterLocation.Query,
                    Description = "Whether what an unfollowed user did before leaves the feed, for every unfollow of the request. Default false: the feed keeps it.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
                },
            });
        Describe(routes.MapPost("/v1/interactions", (HttpContext context, SubmitHandler<ContentInteraction> handler) => handler.HandleAsync(context)))
            .WithName("SubmitInteractions")
            .WithSummary("Takes one view, impression or click, or an array of them")
            .WithMetadata(new EntrySchema(
                typeof(InteractionDocument), InteractionTypes.All.Where(definition => definition.IsSentByClients).Select(definition => definition.Name), new InteractionKind().MediaTypes));
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) => endpoint
        .WithDescription(
            "All or nothing: 202 says that the brokers acknowledged every entry; after 400, 413, 415, 422 and 429 nothing was written. After 503 the "
            + "entries may still arrive: repeat the request with the same ids or the same Idempotency-Key, so that they take effect once. "
            + "An id that its user has given to something else before is answered 422 where this instance remembers it; otherwise the first contents count. "
            + "Entries of one key that were accepted one after the other stay in that order. Unknown fields are ignored.")
        .Produces<AcceptedResponse>(StatusCodes.Status202Accepted)
        .WithProblems(IngestProblems.Kinds);
}

/// <summary>Endpoint metadata with the shape of the body for the OpenAPI document, which cannot derive it because the handler reads the body itself.</summary>
/// <param name="Entry">Type that documents an entry of the body.</param>
/// <param name="TypeNames">Values of its field <c>type</c>.</param>
/// <param name="MediaTypes">Content types of the body.</param>
internal sealed record EntrySchema(Type Entry, IEnumerable<string> TypeNames, string[] MediaTypes)
{
    /// <summary>The parameter in the query; null if there is none.</summary>
    public OpenApiParameter? Query { get; init; }
}

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
            Content = entry.MediaTypes.ToDictionary(
                type => type,
                type => new OpenApiMediaType { Schema = type is BeaconForm.UrlEncoded or BeaconForm.Multipart ? schema : new OpenApiSchema { OneOf = [schema, array] } }),
        };
        operation.Parameters ??= [];
        if (entry.Query is { } query)
            operation.Parameters.Add(query);
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = IdempotencyKey.Header,
            In = ParameterLocation.Header,
            Description = "Makes a repeat of the request harmless: the id of its only entry, key/index of several, all with as many digits as the last one. Entries with an id of their own keep it. "
                + "Ids, and so keys, are those of the users who act: two users may use the same.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Json.JsonField.MaxIdChars },
        });
    }
}
