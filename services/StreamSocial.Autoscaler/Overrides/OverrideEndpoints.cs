using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Control;
using StreamSocial.Scaling;

namespace StreamSocial.Autoscaler.Overrides;

internal static class OverrideEndpoints
{
    private const double MostSeconds = 7 * 24 * 3600;

    /// <summary><c>/v1/override</c>: what a person wants in place of the policy.</summary>
    public static void MapOverride(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/v1/override", (OverrideHolder holder) => holder.Current.ToDocument())
            .WithName("GetOverride").WithSummary("The override that holds now");
        endpoints.MapPut("/v1/override", PutAsync)
            .WithName("PutOverride").WithSummary("Fixes the number of replicas, or pauses the scaling, for a time or until it is ended");
        endpoints.MapDelete("/v1/override", async Task<Results<NoContent, ProblemHttpResult>> (DecisionJournal journal, IDecisionLog log, CancellationToken cancellationToken) =>
            {
                if (log.Leading is null)
                    return NotLeading();
                return await journal.RecordOverrideAsync(ManualOverride.None, cancellationToken) ? TypedResults.NoContent() : NotDurable();
            })
            .WithName("DeleteOverride").WithSummary("Ends the override: the policy decides again");
    }

    private static async Task<Results<Ok<OverrideDocument>, ProblemHttpResult>> PutAsync(
        OverrideRequest request, DecisionJournal journal, IDecisionLog log, SelectedActuator actuator, IOptions<AutoscalerOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.ForSeconds is { } seconds && seconds is not (> 0 and <= MostSeconds))
            return Invalid($"forSeconds is {seconds}; give more than 0, at most {MostSeconds:0}, or leave it out.");
        DateTimeOffset? until = request.ForSeconds is { } duration ? time.GetUtcNow().AddSeconds(duration) : null;
        ManualOverride wanted;
        switch (request.Kind)
        {
            case "paused":
                wanted = new ManualOverride(ScalingOverrideKind.Paused, null, until);
                break;
            case "fixed":
                var scale = await actuator.Actuator.ReadAsync(cancellationToken);
                var (minimum, maximum) = (Math.Max(options.Value.Minimum, scale?.Minimum ?? 0), Math.Min(options.Value.Maximum, scale?.Maximum ?? int.MaxValue));
                if (request.Replicas is not { } replicas || replicas < minimum || replicas > maximum)
                    return Invalid($"replicas is {request.Replicas?.ToString() ?? "missing"}; give {minimum} to {maximum}.");
                wanted = new ManualOverride(ScalingOverrideKind.Fixed, replicas, until);
                break;
            default:
                return Invalid($"kind is '{request.Kind}'; give fixed or paused, or DELETE to resume.");
        }
        if (log.Leading is null)
            return NotLeading();
        return await journal.RecordOverrideAsync(wanted, cancellationToken) ? TypedResults.Ok(wanted.ToDocument()) : NotDurable();
    }

    private static ProblemHttpResult Invalid(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    private static ProblemHttpResult NotDurable() =>
        TypedResults.Problem("Kafka did not acknowledge the override, so that it does not hold: ask again.", statusCode: StatusCodes.Status503ServiceUnavailable);

    private static ProblemHttpResult NotLeading() =>
        TypedResults.Problem("Another autoscaler decides, or this one has not read the earlier decisions yet: ask again, or ask the other one.", statusCode: StatusCodes.Status503ServiceUnavailable);
}
