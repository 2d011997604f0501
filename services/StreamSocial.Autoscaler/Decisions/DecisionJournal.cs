using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Keeps, logs, counts and publishes decisions: those that act, once when they change nothing, and those that differ in kind from the one before.</summary>
/// <remarks>The control loop records decisions, requests record overrides; any thread reads.</remarks>
internal sealed partial class DecisionJournal(
    IDecisionSink sink, OverrideHolder overrides, AutoscalerMetrics metrics, IOptions<AutoscalerOptions> options, TimeProvider time, ILogger<DecisionJournal> logger)
{
    private const int Capacity = 100;

    private const string NotRecorded = "What was asked for by hand was not recorded in time, and does not hold.";

    /// <summary>A successor learns of an override from the last record, and the topic keeps records for a week.</summary>
    private static readonly TimeSpan OverrideRepeat = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private volatile DecisionRecord? _latest;
    private ImmutableList<DecisionRecord> _recorded = [];

    /// <summary>The time in the newest id, in Unix milliseconds.</summary>
    private long _newest;

    /// <summary>The decision of the last tick; null before the first, and while another autoscaler decides.</summary>
    public DecisionRecord? Latest => _latest;

    /// <summary>The last recorded decisions, oldest first.</summary>
    public ImmutableList<DecisionRecord> Recorded
    {
        get
        {
            lock (_gate)
                return _recorded;
        }
    }

    /// <summary>Adds the decision of a tick that changes nothing.</summary>
    public void RecordHold(PolicyDecision decision, string policy, DateTimeOffset now)
    {
        var record = Create(decision, policy, now);
        var isRecorded = !IsSameKind(_latest?.Decision, decision) || IsOverrideDue(record);
        _latest = record;
        metrics.Record(decision, policy);
        if (!isRecorded)
            return;
        Keep(record);
        sink.Publish(record);
        LogHeld(logger, decision.Current, decision.Reason);
    }

    /// <summary>Takes over from the autoscaler before this one: its wish, once a term, and its place in the order of ids, whatever its clock said.</summary>
    public void Adopt(DecisionHistory leading)
    {
        overrides.Adopt(leading);
        lock (_gate)
            _newest = Math.Max(_newest, leading.Newest);
    }

    /// <summary>Another autoscaler decides, or did so meanwhile: what this one decided last is not what holds.</summary>
    public void Forget()
    {
        _latest = null;
        metrics.Forget();
    }

    /// <summary>
    /// Adds a decision that is about to be acted on, so that a successor knows of it. One that was refused a tick ago is on record as such, and is recorded anew only once
    /// it is done: a successor that comes in between takes it for somebody else's wish.
    /// </summary>
    /// <returns>The record; null when it could not be made durable, and must not be acted on.</returns>
    public async Task<DecisionRecord?> BeginAsync(PolicyDecision decision, string policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var record = Create(decision, policy, now);
        var isRepeated = _latest is { Actuation.ChangesNothing: true } before && IsSameAct(before.Decision, decision) && !IsOverrideDue(record);
        _latest = record;
        metrics.Record(decision, policy);
        if (isRepeated)
            return record;
        if (!await sink.PublishAsync(record, cancellationToken))
            return null;
        Keep(record);
        return record;
    }

    /// <summary>Adds the orchestrator's answer to a decision.</summary>
    public DecisionRecord Complete(DecisionRecord record, ActuationResult actuation)
    {
        var done = record with { Actuation = actuation };
        if (!Replace(done))
        {
            if (actuation.ChangesNothing)
                return done;
            Keep(done);
        }
        sink.Publish(done);
        var decision = record.Decision;
        if (actuation.IsAccepted)
            LogActed(logger, decision.Verdict, decision.Current, decision.Desired, decision.Reason, actuation.Detail);
        else
            LogRefused(logger, decision.Verdict, decision.Current, decision.Desired, decision.Reason, actuation.Detail);
        return done;
    }

    /// <summary>Adds the orchestrator's answer to a decision that the autoscaler before this one had no time to act on.</summary>
    public void Complete(ScalingDecision unfinished, ActuationResult actuation)
    {
        var done = unfinished.Clone();
        (done.Actuation, done.Accepted) = (actuation.Detail, !actuation.ChangesNothing);
        sink.Publish(done);
        LogContinued(logger, unfinished.Verdict, unfinished.CurrentReplicas, unfinished.DesiredReplicas, actuation.Detail);
    }

    /// <summary>Adds what came of a decision.</summary>
    public void RecordOutcome(DecisionRecord record)
    {
        Replace(record);
        sink.Publish(record);
        LogOutcome(logger, record.Decision.Current, record.Decision.Desired, record.Outcome?.ToString() ?? "");
    }

    /// <summary>Makes a person's wish durable, then lets it hold.</summary>
    /// <returns>False when it could not be made durable, and does not hold.</returns>
    public async Task<bool> RecordOverrideAsync(ManualOverride wanted, CancellationToken cancellationToken)
    {
        var record = CreateManual(wanted, wanted.Kind switch
        {
            ScalingOverrideKind.Fixed => $"{wanted.Replicas} replicas asked for by hand.",
            ScalingOverrideKind.Paused => "Scaling is paused by hand.",
            _ => "The override was ended by hand.",
        });
        var isDurable = false;
        try
        {
            isDurable = await sink.PublishAsync(record, cancellationToken);
        }
        finally
        {
            // It may be delivered yet, and a successor takes over what the last record says.
            if (!isDurable)
            {
                var kept = CreateManual(overrides.Current, NotRecorded);
                // Once, however often the same is tried while Kafka is away.
                if (_recorded is not [.., var last] || last.Decision.Reason != NotRecorded)
                    Keep(kept);
                sink.Publish(kept);
            }
        }
        if (!isDurable)
            return false;
        overrides.Set(wanted);
        Keep(record);
        LogHeld(logger, record.Decision.Current, record.Decision.Reason);
        return true;
    }

    private DecisionRecord CreateManual(ManualOverride wish, string reason)
    {
        var cause = wish.Kind switch
        {
            ScalingOverrideKind.Fixed => DecisionCause.Fixed,
            ScalingOverrideKind.Paused => DecisionCause.Paused,
            _ => DecisionCause.OnTarget,
        };
        var current = _latest?.Decision.Current;
        var decision = new PolicyDecision(ScalingVerdict.Hold, cause, current, current, null, reason, ImmutableSortedDictionary<string, double>.Empty, []);
        return Create(decision, "manual", time.GetUtcNow()) with { Override = wish };
    }

    /// <summary>Ids rise, also where the clock was set back: what is recorded last counts.</summary>
    private DecisionRecord Create(PolicyDecision decision, string policy, DateTimeOffset now)
    {
        long newest;
        lock (_gate)
            newest = _newest = Math.Max(now.ToUnixTimeMilliseconds(), _newest + 1);
        return new(DecisionHistory.IdOf(newest, policy, options.Value.DryRun), now, policy, decision, overrides.Current, null, null);
    }

    private void Keep(DecisionRecord record)
    {
        lock (_gate)
            _recorded = (_recorded.Count < Capacity ? _recorded : _recorded.RemoveAt(0)).Add(record);
    }

    /// <returns>Whether it is among the recorded ones.</returns>
    private bool Replace(DecisionRecord record)
    {
        if (_latest?.Id == record.Id)
            _latest = record;
        lock (_gate)
        {
            var index = _recorded.FindLastIndex(kept => kept.Id == record.Id);
            if (index >= 0)
                _recorded = _recorded.SetItem(index, record);
            return index >= 0;
        }
    }

    private bool IsOverrideDue(DecisionRecord record) =>
        record.Override.Kind != ScalingOverrideKind.None && Recorded is [.., var last] && record.DecidedAt - last.DecidedAt >= OverrideRepeat;

    private static bool IsSameKind(PolicyDecision? before, PolicyDecision now) =>
        before is { Verdict: ScalingVerdict.Hold } && before.Cause == now.Cause && before.Current == now.Current;

    private static bool IsSameAct(PolicyDecision before, PolicyDecision now) =>
        (before.Verdict, before.Cause, before.Current, before.Desired) == (now.Verdict, now.Cause, now.Current, now.Desired);

    [LoggerMessage(LogLevel.Information, "{Verdict} from {Current} to {Desired}: {Reason} ({Actuation})")]
    private static partial void LogActed(ILogger logger, ScalingVerdict verdict, int? current, int? desired, string reason, string? actuation);

    [LoggerMessage(LogLevel.Warning, "{Verdict} from {Current} to {Desired} was not done: {Reason} ({Actuation})")]
    private static partial void LogRefused(ILogger logger, ScalingVerdict verdict, int? current, int? desired, string reason, string actuation);

    [LoggerMessage(LogLevel.Information, "{Verdict} from {Current} to {Desired}, decided by the autoscaler before this one, was asked for ({Actuation})")]
    private static partial void LogContinued(ILogger logger, ScalingVerdict verdict, int current, int desired, string actuation);

    [LoggerMessage(LogLevel.Information, "Hold at {Current}: {Reason}")]
    private static partial void LogHeld(ILogger logger, int? current, string reason);

    [LoggerMessage(LogLevel.Information, "The step from {Current} to {Desired} came to {Outcome}")]
    private static partial void LogOutcome(ILogger logger, int? current, int? desired, string outcome);
}

/// <summary>A decision as it is kept and shown.</summary>
/// <param name="Id">Unique; sorts by the order in which they were made.</param>
/// <param name="DecidedAt">When it was made.</param>
/// <param name="Policy">Which policy made it; <c>manual</c> for a person.</param>
/// <param name="Decision">The decision.</param>
/// <param name="Override">What a person wanted at that time.</param>
/// <param name="Actuation">The orchestrator's answer; null when nothing was asked of it, or it has not answered.</param>
/// <param name="Outcome">What came of it; null when that is not known, or nothing was done.</param>
internal sealed record DecisionRecord(
    string Id, DateTimeOffset DecidedAt, string Policy, PolicyDecision Decision, ManualOverride Override, ActuationResult? Actuation, ScalingOutcome? Outcome);
