using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Events.Interactions;

namespace StreamSocial.Ingest.Http;

/// <summary>The HTTP API.</summary>
internal static class IngestEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Describe(routes.MapPost("/v1/actions", (HttpContext context, SubmitHandler<UserAction> handler) => handler.HandleAsync(context)))
            .WithName("SubmitActions")
            .WithSummary("Takes one action or an array of actions")
            .WithMetadata(new EntrySchema(typeof(ActionDocument), ActionTypes.All.Select(definition => definition.Name)));
        Describe(routes.MapPost("/v1/interactions", (HttpContext context, SubmitHandler<ContentInteraction> handler) => handler.HandleAsync(context)))
            .WithName("SubmitInteractions")
            .WithSummary("Takes one view, impression or click, or an array of them")
            .WithMetadata(new EntrySchema(
                typeof(InteractionDocument), InteractionTypes.All.Where(definition => definition.IsSentByClients).Select(definition => definition.Name)));
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) => endpoint
        .WithDescription(
            "All or nothing: 202 says that the brokers acknowledged every entry; after 400, 413, 415 and 429 nothing was written. After 503 the "
            + "entries may still arrive: repeat the request with the same ids or the same Idempotency-Key, so that they take effect once. "
            + "Entries of one key that were accepted one after the other stay in that order. Unknown fields are ignored.")
        .Produces<AcceptedResponse>(StatusCodes.Status202Accepted)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
