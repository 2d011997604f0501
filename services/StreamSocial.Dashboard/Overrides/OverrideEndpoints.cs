using StreamSocial.Control;

namespace StreamSocial.Dashboard.Overrides;

internal static class OverrideEndpoints
{
    /// <summary><c>GET</c>, <c>PUT</c> and <c>DELETE /api/override</c>: the autoscaler's override, for the buttons of the page.</summary>
    public static void MapOverrides(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api/override");
        api.MapGet("", GetAsync)
            .WithName("GetOverride").WithSummary("What the autoscaler was told to do instead of deciding by itself");
        api.MapPut("", SetAsync).AddEndpointFilter(RequireTokenAsync)
            .WithName("SetOverride").WithSummary("Fixes the number of replicas or pauses the autoscaler; needs the control token")
            .Produces<OverrideDocument>().ProducesProblem(StatusCodes.Status400BadRequest).WithFailures();
        api.MapDelete("", ResumeAsync).AddEndpointFilter(RequireTokenAsync)
            .WithName("DeleteOverride").WithSummary("Lets the autoscaler decide by itself again; needs the control token")
            .Produces(StatusCodes.Status204NoContent).WithFailures();
    }

    private static RouteHandlerBuilder WithFailures(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private static ValueTask<object?> RequireTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var refusal = ControlToken.IsFromAnotherSite(request) ? "Only the dashboard's own page may do this."
            : !context.HttpContext.RequestServices.GetRequiredService<ControlToken>().IsIn(request) ? "This needs the control token; the dashboard logs a link with it when it starts."
            : null;
        return refusal is null ? next(context) : ValueTask.FromResult<object?>(Results.Problem(refusal, statusCode: StatusCodes.Status403Forbidden));
    }

    private static async Task<OverrideStatus> GetAsync(IOverrides overrides, ControlToken token, HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return new OverrideStatus(token.IsIn(request), await overrides.GetAsync(cancellationToken), null);
        }
        catch (OverrideException exception)
        {
            return new OverrideStatus(token.IsIn(request), null, exception.Message);
        }
    }

    private static async Task<IResult> SetAsync(IOverrides overrides, OverrideRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Results.Ok(await overrides.SetAsync(request, cancellationToken));
        }
        catch (OverrideException exception)
        {
            return Results.Problem(exception.Message, statusCode: exception.StatusCode);
        }
    }

    private static async Task<IResult> ResumeAsync(IOverrides overrides, CancellationToken cancellationToken)
    {
        try
        {
            await overrides.ResumeAsync(cancellationToken);
            return Results.NoContent();
        }
        catch (OverrideException exception)
        {
            return Results.Problem(exception.Message, statusCode: exception.StatusCode);
        }
    }
}
