using StreamSocial.Control;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Overrides;

internal static class OverrideEndpoints
{
    private static readonly ProblemKind[] Failures =
    [
        OverrideException.Failing, OverrideException.Unknown, OverrideException.NotReady, OverrideException.Silent,
    ];

    /// <summary><c>GET</c>, <c>PUT</c> and <c>DELETE /api/override</c>: the autoscaler's override, for the buttons of the page.</summary>
    public static void MapOverrides(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api/override");
        api.MapGet("", GetAsync)
            .WithName("GetOverride").WithSummary("What the autoscaler was told to do instead of deciding by itself");
        api.MapPut("", SetAsync).RequireControlToken()
            .WithName("SetOverride").WithSummary("Fixes the number of replicas or pauses the autoscaler; needs the control token")
            .Produces<OverrideDocument>().WithProblems(Failures);
        api.MapDelete("", ResumeAsync).RequireControlToken()
            .WithName("DeleteOverride").WithSummary("Lets the autoscaler decide by itself again; needs the control token")
            .Produces(StatusCodes.Status204NoContent).WithProblems(Failures);
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

    private static async Task<IResult> SetAsync(IOverrides overrides, JsonBody<OverrideRequest> body, CancellationToken cancellationToken)
    {
        try
        {
            return Results.Ok(await overrides.SetAsync(body.Value, cancellationToken));
        }
        catch (OverrideException exception)
        {
            return exception.Errors.Count > 0 ? ApiProblems.InvalidFields(exception.Errors, exception.Message) : exception.Kind.Answer(exception.Message);
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
            return exception.Kind.Answer(exception.Message);
        }
    }
}
