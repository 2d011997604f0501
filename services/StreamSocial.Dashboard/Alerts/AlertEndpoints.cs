using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;
using StreamSocial.Dashboard.Alerts.Stores;
using StreamSocial.Dashboard.Operations;
using StreamSocial.Operations.Log;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Alerts;

internal static class AlertEndpoints
{
    private const int MaxMatchers = 10;
    private const int MaxText = 200;

    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(30);

    private static readonly ProblemKind NotKnown = new(503, "alerts_unknown", "What was kept of the alerts has not been read yet.", "Try again in a second; look whether the brokers answer.");

    private static readonly ProblemKind NotKept = new(503, "alerts_not_kept", "Kafka does not acknowledge it.", "Try again; it is unknown whether it holds.");

    private static readonly ProblemKind NoSilence = new(404, "silence_unknown", "There is no such silence, or it is over.", "Take the id from `GET /api/alerts`.");

    /// <summary><c>GET /api/alerts</c>, <c>POST /api/silences</c> and <c>DELETE /api/silences/{id}</c>.</summary>
    public static void MapAlerts(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/alerts", Get)
            .WithName("GetAlerts").WithSummary("What fires and is pending, what was resolved lately, and the silences")
            .Produces<AlertsDocument>().WithProblems(NotKnown);
        endpoints.MapPost("/api/silences", CreateAsync).RequireControlToken()
            .WithName("CreateSilence").WithSummary("Keeps the alerts that match from the receiver for a time; needs the control token")
            .Produces<SilenceDocument>().WithProblems(NotKept, OperationProblems.Unrecorded);
        endpoints.MapDelete("/api/silences/{id}", RemoveAsync).RequireControlToken()
            .WithName("DeleteSilence").WithSummary("Ends a silence; needs the control token")
            .Produces(StatusCodes.Status204NoContent).WithProblems(ApiProblems.Invalid, NoSilence, NotKnown, NotKept, OperationProblems.Unrecorded);
    }

    private static IResult Get(AlertsReader alerts) => alerts.Read() is { } document ? Results.Ok(document) : NotKnown.Answer();

    private static async Task<IResult> CreateAsync(JsonBody<SilenceRequest> body, Operator by, OperationLog log, IAlertStore store, TimeProvider time)
    {
        if (Check(body.Value) is { Count: > 0 } errors)
            return ApiProblems.InvalidFields(errors);
        var (request, now) = (body.Value, time.GetUtcNow());
        var silence = new Silence(
            Guid.CreateVersion7(now).ToString("N"), request.Matchers.ToImmutableSortedDictionary(StringComparer.Ordinal), now,
            now.AddSeconds(request.ForSeconds), by.Name, request.Comment ?? "");
        var asked = by.Ask("alerts-silence", string.Join(", ", silence.Matchers.Select(matcher => $"{matcher.Key}={matcher.Value}")), silence.Comment.Length > 0 ? [KeyValuePair.Create("comment", silence.Comment)] : []);
        return await GuardAsync(log, asked, token => store.WriteAsync(silence, token), $"Silent until {silence.Until:u}.", Results.Ok(SilenceDocument.From(silence)));
    }

    private static async Task<IResult> RemoveAsync(string id, Operator by, OperationLog log, IAlertStore store)
    {
        if (store.Read() is not { } kept)
            return NotKnown.Answer();
        if (!kept.Silences.ContainsKey(id))
            return NoSilence.Answer();
        return await GuardAsync(log, by.Ask("alerts-unsilence", id), token => store.RemoveSilenceAsync(id, token), "The silence is over.", Results.NoContent());
    }

    /// <summary>Does it to its end even if the client leaves: what came of it belongs in the log.</summary>
    private static async Task<IResult> GuardAsync(OperationLog log, OperationRequest asked, Func<CancellationToken, Task> doAsync, string done, IResult answer)
    {
        try
        {
            await log.RunAsync(
                asked,
                async token =>
                {
                    await doAsync(token);
                    return done;
                },
                said => said, CancellationToken.None);
            return answer;
        }
        catch (AlertStoreException e)
        {
            return NotKept.Answer(e.Message);
        }
        catch (OperationLogException e)
        {
            return OperationProblems.Unrecorded.Answer(e.Message);
        }
    }

    private static Dictionary<string, string[]> Check(SilenceRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (request.Matchers.Count is < 1 or > MaxMatchers || request.Matchers.Any(matcher => matcher.Key.Length is < 1 or > MaxText || matcher.Value is not { Length: <= MaxText }))
            errors["matchers"] = [$"must have 1 to {MaxMatchers} labels with values, each of at most {MaxText} characters"];
        if (!(request.ForSeconds >= 1 && request.ForSeconds <= LongestSilence.TotalSeconds))
            errors["forSeconds"] = [$"must be 1 to {LongestSilence.TotalSeconds}"];
        if (request.Comment?.Length > MaxText)
            errors["comment"] = [$"must have at most {MaxText} characters"];
        return errors;
    }
}

/// <summary>A new silence; the body of <c>POST /api/silences</c>.</summary>
/// <param name="Matchers">Labels with their values, <c>alertname</c> for the rule and <c>severity</c> among them; all have to match.</param>
/// <param name="ForSeconds">How long: 1 s to 30 days.</param>
/// <param name="Comment">Why.</param>
internal sealed record SilenceRequest(
    [property: JsonRequired] Dictionary<string, string> Matchers, [property: JsonRequired] double ForSeconds, string? Comment = null);

/// <summary>The answer of <c>GET /api/alerts</c>.</summary>
/// <param name="Active">Those that fire or are pending.</param>
/// <param name="Resolved">What fired and was resolved, newest first.</param>
/// <param name="Silences">By end.</param>
/// <param name="Receiver">How the receiver gets on; null when none is configured.</param>
internal sealed record AlertsDocument(
    ImmutableArray<AlertSnapshot> Active, ImmutableArray<ResolvedAlertDocument> Resolved, ImmutableArray<SilenceDocument> Silences, ReceiverDocument? Receiver)
{
    private const int MaxResolved = 100;

    public static AlertsDocument From(AlertSet alerts, DateTimeOffset now, ReceiverDocument? receiver) => new(
        AlertSnapshot.From(alerts, now),
        [
            .. (from alert in alerts.Alerts.Values
                from episode in alert.Episodes
                where episode.ResolvedAt is not null
                orderby episode.ResolvedAt descending
                select ResolvedAlertDocument.From(alert, episode)).Take(MaxResolved),
        ],
        [.. alerts.Silences.Values.Where(silence => silence.Until > now).OrderBy(silence => silence.Until).Select(SilenceDocument.From)],
        receiver);
}

/// <summary>Once that an alert fired and was resolved.</summary>
/// <param name="Rule">Name of its rule.</param>
/// <param name="Severity"><c>critical</c> or <c>warning</c>.</param>
/// <param name="Labels">What distinguishes it from others of the rule.</param>
/// <param name="Text">What was wrong when it fired.</param>
/// <param name="FiredAt">When it fired, in Unix milliseconds.</param>
/// <param name="ResolvedAt">When it was resolved, in Unix milliseconds.</param>
internal sealed record ResolvedAlertDocument(
    string Rule, string Severity, ImmutableSortedDictionary<string, string> Labels, string Text, long FiredAt, long ResolvedAt)
{
    public static ResolvedAlertDocument From(Alert alert, Episode episode) => new(
        alert.Rule, AlertRules.Find(alert.Rule)?.SeverityLabel ?? "warning", alert.Labels, episode.Text, episode.FiredAt.ToUnixTimeMilliseconds(),
        episode.ResolvedAt!.Value.ToUnixTimeMilliseconds());
}

/// <summary>A silence.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Matchers">Labels with their values; all have to match.</param>
/// <param name="Until">When it ends, in Unix milliseconds.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="Comment">Why.</param>
internal sealed record SilenceDocument(string Id, ImmutableSortedDictionary<string, string> Matchers, long Until, string CreatedBy, string Comment)
{
    public static SilenceDocument From(Silence silence) => new(silence.Id, silence.Matchers, silence.Until.ToUnixTimeMilliseconds(), silence.CreatedBy, silence.Comment);
}

/// <summary>How the receiver gets on.</summary>
/// <param name="Undelivered">Alerts of which it has something to be told yet.</param>
/// <param name="Problem">Why it does not take them, one sentence; null when it does.</param>
internal sealed record ReceiverDocument(int Undelivered, string? Problem);
