using System.Globalization;
using StreamSocial.Control;
using StreamSocial.Dashboard.Operations;
using StreamSocial.Operations.Log;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Overrides;

internal static class OverrideEndpoints
{
    /// <summary>What is scaled, in the log of actions.</summary>
    private const string Target = "feed-generator";

    private static readonly ProblemKind[] Failures =
    [
        OverrideException.Failing, OverrideException.Unknown, OverrideException.NotReady, OverrideException.Silent, OperationProblems.Unrecorded,
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

    private static Task<IResult> SetAsync(IOverrides overrides, OperationLog operations, Operator by, JsonBody<OverrideRequest> body)
    {
        var request = body.Value;
        var parameters = new Dictionary<string, string> { ["kind"] = request.Kind };
        if (request.Replicas is { } replicas)
            parameters["replicas"] = replicas.ToString(CultureInfo.InvariantCulture);
        if (request.ForSeconds is { } seconds)
            parameters["forSeconds"] = seconds.ToString(CultureInfo.InvariantCulture);
        return RunAsync(operations, by.Ask("scale-override", Target, parameters), cancelled => overrides.SetAsync(request, cancelled), Describe, Results.Ok);
    }

    private static Task<IResult> ResumeAsync(IOverrides overrides, OperationLog operations, Operator by) => RunAsync(
        operations,
        by.Ask("scale-resume", Target),
        async cancelled =>
        {
            await overrides.ResumeAsync(cancelled);
            return true;
        },
        _ => "the autoscaler decides",
        _ => Results.NoContent());

    private static string Describe(OverrideDocument told)
    {
        var end = told.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $"until {until:u}") : "until it is ended";
        return told.Replicas is { } replicas ? string.Create(CultureInfo.InvariantCulture, $"{replicas} replicas {end}") : $"{told.Kind} {end}";
    }

    /// <summary>Does it to its end even if the client leaves: what came of it belongs in the log.</summary>
    private static async Task<IResult> RunAsync<T>(
        OperationLog operations, OperationRequest asked, Func<CancellationToken, Task<T>> run, Func<T, string> describe, Func<T, IResult> answer)
    {
        try
        {
            return answer(await operations.RunAsync(asked, run, describe, CancellationToken.None));
        }
        catch (OverrideException e)
        {
            return e.Errors.Count > 0 ? ApiProblems.InvalidFields(e.Errors, e.Message) : e.Kind.Answer(e.Message);
        }
        catch (OperationLogException e)
        {
            return OperationProblems.Unrecorded.Answer(e.Message);
        }
    }
}
