using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Control;
using StreamSocial.Scaling;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Autoscaler.Overrides;

internal static class OverrideEndpoints
{
    private const double MostSeconds = 7 * 24 * 3600;

    private static readonly ProblemKind NotDurable = new(503, "not_durable", "Kafka did not acknowledge the override, so that it does not hold.", "Ask again.");

    private static readonly ProblemKind NotLeading = new(
        503, "not_leading", "Another autoscaler decides, or this one is not enabled, or has not read the earlier decisions yet.", "Ask again, or ask the other one.");

    /// <summary><c>/v1/override</c>: what a person wants in place of the policy.</summary>
    public static void MapOverride(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/v1/override", IResult (IDecisionLog log, OverrideHolder holder) =>
            {
                if (log.Leading is not { } leading)
                    return NotLeading.Answer();
                holder.Adopt(leading);
                return TypedResults.Ok(holder.Current.ToDocument());
            })
            .Produces<OverrideDocument>().WithProblems(NotLeading)
            .WithName("GetOverride").WithSummary("The override that holds now");
        endpoints.MapPut("/v1/override", PutAsync).RequireControlToken()
            .Produces<OverrideDocument>().WithProblems(NotLeading, NotDurable)
            .WithName("PutOverride").WithSummary("Fixes the number of replicas, or pauses the scaling, for a time or until it is ended; needs the control token");
        endpoints.MapDelete("/v1/override", (DecisionJournal journal, IDecisionLog log, CancellationToken cancellationToken) =>
                RecordAsync(ManualOverride.None, TypedResults.NoContent(), journal, log, cancellationToken))
            .RequireControlToken()
            .Produces(StatusCodes.Status204NoContent).WithProblems(NotLeading, NotDurable)
            .WithName("DeleteOverride").WithSummary("Ends the override: the policy decides again; needs the control token");
    }

    private static async Task<IResult> PutAsync(
        JsonBody<OverrideRequest> body, DecisionJournal journal, IDecisionLog log, SelectedActuator actuator, IOptions<AutoscalerOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        var request = body.Value;
        if (request.ForSeconds is { } seconds && seconds is not (> 0 and <= MostSeconds))
            return Invalid("forSeconds", $"is {seconds}; give more than 0, at most {MostSeconds:0}, or leave it out.");
        DateTimeOffset? until = request.ForSeconds is { } duration ? time.GetUtcNow().AddSeconds(duration) : null;
        ManualOverride wanted;
        switch (request.Kind)
        {
            case "paused":
                wanted = new ManualOverride(ScalingOverrideKind.Paused, null, until);
                break;
            case "fixed":
                var (minimum, maximum) = (await actuator.ReadAsync(cancellationToken))?.Within(options.Value) ?? (options.Value.Minimum, options.Value.Maximum);
                if (request.Replicas is not { } replicas || replicas < minimum || replicas > maximum)
                    return Invalid("replicas", $"is {request.Replicas?.ToString() ?? "missing"}; give {minimum} to {maximum}.");
                wanted = new ManualOverride(ScalingOverrideKind.Fixed, replicas, until);
                break;
            default:
                return Invalid("kind", $"is '{request.Kind}'; give fixed or paused, or DELETE to resume.");
        }
        return await RecordAsync(wanted, TypedResults.Ok(wanted.ToDocument()), journal, log, cancellationToken);
    }

    /// <summary>Records a wish, if this autoscaler is the one that decides.</summary>
    private static async Task<IResult> RecordAsync(ManualOverride wanted, IResult done, DecisionJournal journal, IDecisionLog log, CancellationToken cancellationToken)
    {
        if (log.Leading is not { } leading)
            return NotLeading.Answer();
        journal.Adopt(leading);
        if (!await journal.RecordOverrideAsync(wanted, cancellationToken))
            return NotDurable.Answer();
        // One that has begun in the time that recording it took may not know of it.
        return log.Leading?.Term == leading.Term ? done : NotLeading.Answer();
    }

    private static IResult Invalid(string field, string rule) =>
        ApiProblems.InvalidFields(new Dictionary<string, string[]> { [field] = [rule] }, $"{field} {rule}");
}
