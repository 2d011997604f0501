using StreamSocial.Dashboard.Operations;
using StreamSocial.Operations.Log;
using StreamSocial.Operations.Stages;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Stages;

internal static class StageEndpoints
{
    private const int LongestReason = 200;

    private static readonly ProblemKind UnknownStage = new(404, "stage_unknown", "There is no stage of this name.", "Take a name from `GET /api/stages`.");

    private static readonly ProblemKind NotConfirmed = new(
        409, "not_confirmed", "The reset was not confirmed by the group's name. Nothing was changed.", "Give the group's name as `confirm`.");

    private static readonly ProblemKind ControlsUnread = new(
        503, "controls_unread", "It is not known yet which stages are paused.", "Try again in a second; if it stays so, look at the brokers and for topic stage-controls.");

    private static readonly ProblemKind NoAnswer = new(503, "brokers_silent", "The brokers do not answer.", "Look at the brokers; what was asked for may still arrive.");

    private static readonly ProblemKind NoCluster = new(503, "no_cluster", "The dashboard runs in demo mode, which has no stages.", "Start it with a cluster.");

    private static readonly ProblemKind[] Failures = [UnknownStage, ControlsUnread, NoAnswer, OperationProblems.Unrecorded, NoCluster];

    /// <summary><c>/api/stages</c>: which stages are paused, pausing and resuming them, and resets of their positions.</summary>
    public static void MapStages(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api/stages");
        api.MapGet("", List).WithName("GetStages").WithSummary("The stages, whether they are paused, since when, by whom and why")
            .Produces<StagesDocument>().WithProblems(ControlsUnread, NoCluster);
        api.MapPut("/{stage}/pause", (string stage, Operator by, JsonBody<PauseRequest> body, OperationLog log, IStages stages) =>
                SetPausedAsync(stages, log, by, stage, pauses: true, body.Value.Reason)).RequireControlToken()
            .WithName("PauseStage").WithSummary("Stops processing a stage's input until it is resumed, over restarts too; needs the control token")
            .Produces<StageDocument>().WithProblems(Failures);
        api.MapDelete("/{stage}/pause", (string stage, Operator by, OperationLog log, IStages stages) =>
                SetPausedAsync(stages, log, by, stage, pauses: false, null)).RequireControlToken()
            .WithName("ResumeStage").WithSummary("Lets a paused stage go on where it stopped; needs the control token")
            .Produces<StageDocument>().WithProblems(Failures);
        api.MapPost("/{stage}/reset/preview", PreviewAsync).RequireControlToken()
            .WithName("PreviewReset").WithSummary("What a reset of the stage's positions would skip or process again; changes nothing; needs the control token")
            .Produces<ResetPlan>().WithProblems(Failures);
        api.MapPost("/{stage}/reset", ResetAsync).RequireControlToken()
            .WithName("ResetStage").WithSummary("Lets the stage go on elsewhere in its input, once `confirm` is the group's name; needs the control token")
            .Produces<ResetDocument>().WithProblems([.. Failures, NotConfirmed]);
    }

    private static Task<IResult> List(HttpContext http, ControlToken token, IStages all) => GuardAsync(all, stages =>
        Task.FromResult(Results.Ok(new StagesDocument(token.IsIn(http.Request), stages.Application.Group, stages.List()))));

    private static Task<IResult> SetPausedAsync(IStages all, OperationLog log, Operator by, string stage, bool pauses, string? reason)
    {
        if (reason?.Length > LongestReason)
            return Task.FromResult(ApiProblems.InvalidFields(new Dictionary<string, string[]> { ["reason"] = [$"must have at most {LongestReason} characters"] }));
        return GuardAsync(all, async stages =>
        {
            stages.Find(stage);
            var request = by.Ask(pauses ? "stage-pause" : "stage-resume", stage, string.IsNullOrEmpty(reason) ? [] : [KeyValuePair.Create("reason", reason)]);
            return Results.Ok(await log.RunAsync(
                request, token => stages.SetPausedAsync(stage, pauses, by.Name, reason, token), now => now.IsPaused ? $"{stage} is paused." : $"{stage} goes on.", CancellationToken.None));
        });
    }

    private static Task<IResult> PreviewAsync(string stage, JsonBody<ResetRequest> body, IStages all, CancellationToken cancellationToken) =>
        GuardAsync(all, async stages => Results.Ok(await PlanAsync(stages, stage, body.Value, cancellationToken)));

    private static Task<IResult> ResetAsync(string stage, Operator by, JsonBody<ResetRequest> body, OperationLog log, IStages all, CancellationToken cancellationToken) =>
        GuardAsync(all, async stages =>
        {
            var plan = await PlanAsync(stages, stage, body.Value, cancellationToken);
            stages.CheckConfirmation(body.Value.Confirm);
            var request = by.Ask("offsets-reset", stage, KeyValuePair.Create("to", plan.To), KeyValuePair.Create("partitions", body.Value.Partitions ?? "all"));
            // Done to its end even if the client leaves: the brokers have it, and what came of it belongs into the log.
            var outcome = await log.RunAsync(request, token => stages.ApplyAsync(plan, token), outcome => outcome.Description, CancellationToken.None);
            return Results.Ok(new ResetDocument(outcome.Moved, outcome.Description, plan));
        });

    private static Task<ResetPlan> PlanAsync(StageOperator stages, string stage, ResetRequest request, CancellationToken cancellationToken) =>
        stages.PlanAsync(stage, ResetPosition.Parse(request.To ?? ""), PartitionList.Parse(request.Partitions), cancellationToken);

    private static async Task<IResult> GuardAsync(IStages all, Func<StageOperator, Task<IResult>> run)
    {
        if (all.Operator is not { } stages)
            return NoCluster.Answer();
        try
        {
            return await run(stages);
        }
        catch (StageOperationException e) when (FieldOf(e.Refusal) is { } field)
        {
            return ApiProblems.InvalidFields(new Dictionary<string, string[]> { [field] = [e.Message] }, e.Message);
        }
        catch (StageOperationException e)
        {
            return KindOf(e.Refusal).Answer(e.Message);
        }
        catch (OperationLogException e)
        {
            return OperationProblems.Unrecorded.Answer(e.Message);
        }
    }

    private static string? FieldOf(StageRefusal refusal) => refusal switch
    {
        StageRefusal.BadPosition => "to",
        StageRefusal.BadPartitions => "partitions",
        StageRefusal.BadText => "reason",
        _ => null,
    };

    private static ProblemKind KindOf(StageRefusal refusal) => refusal switch
    {
        StageRefusal.UnknownStage => UnknownStage,
        StageRefusal.NotConfirmed => NotConfirmed,
        StageRefusal.ControlsUnknown => ControlsUnread,
        _ => NoAnswer,
    };
}

/// <summary>The answer of <c>GET /api/stages</c>.</summary>
/// <param name="IsAuthorized">Whether the request had the control token.</param>
/// <param name="Group">The group, whose name confirms a reset.</param>
/// <param name="Stages">The stages.</param>
internal sealed record StagesDocument(bool IsAuthorized, string Group, IReadOnlyList<StageDocument> Stages);

/// <summary>Why a stage is paused.</summary>
/// <param name="Reason">At most 200 characters; null to give none.</param>
internal sealed record PauseRequest(string? Reason);

/// <summary>Where a stage is to go on.</summary>
/// <param name="To"><c>earliest</c>, <c>latest</c>, <c>offset:N</c> or <c>time:</c> with an ISO time and its zone.</param>
/// <param name="Partitions">Such as <c>0-4,7</c>; null for all.</param>
/// <param name="Confirm">The group's name; a preview needs none.</param>
internal sealed record ResetRequest(string? To, string? Partitions, string? Confirm);

/// <summary>What came of a reset.</summary>
/// <param name="Moved">Partitions whose tasks have a checkpoint at the new position; each of the others moves once, as soon as a replica has it.</param>
/// <param name="Description">The same as a sentence.</param>
/// <param name="Plan">What was asked for.</param>
internal sealed record ResetDocument(int Moved, string Description, ResetPlan Plan);
