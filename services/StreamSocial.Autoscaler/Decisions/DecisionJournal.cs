using System.Collections.Immutable;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Policies;
using StreamSocial.Events;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Keeps, logs, counts and publishes decisions: those that act, and those that differ in kind from the one before.</summary>
/// <remarks>One thread records; any thread reads.</remarks>
internal sealed partial class DecisionJournal(IDecisionSink sink, AutoscalerMetrics metrics, ILogger<DecisionJournal> logger)
{
    private const int Capacity = 100;

    private volatile DecisionRecord? _latest;
    private long _count;

    /// <summary>The decision of the last tick.</summary>
    public DecisionRecord? Latest => _latest;

    /// <summary>The last recorded decisions, oldest first.</summary>
    public ImmutableQueue<DecisionRecord> Recorded { get; private set; } = [];

    /// <summary>Adds the decision of a tick.</summary>
    public void Record(PolicyDecision decision, string policy, DateTimeOffset now, ActuationResult? actuation)
    {
        var record = new DecisionRecord($"{now.ToUnixTimeMilliseconds():D14}-{policy}", now, policy, decision, actuation);
        var isRecorded = decision.Acts || !IsSameKind(_latest?.Decision, decision);
        _latest = record;
        metrics.Record(decision, policy);
        if (!isRecorded)
            return;

        Recorded = (_count++ < Capacity ? Recorded : Recorded.Dequeue()).Enqueue(record);
        sink.Publish(record);
        if (actuation is { IsAccepted: false })
            LogRefused(logger, decision.Verdict, decision.Current, decision.Desired, decision.Reason, actuation.Detail);
        else if (decision.Acts)
            LogActed(logger, decision.Verdict, decision.Current, decision.Desired, decision.Reason, actuation?.Detail);
        else
            LogHeld(logger, decision.Current, decision.Reason);
    }

    private static bool IsSameKind(PolicyDecision? before, PolicyDecision now) =>
        before is { Verdict: ScalingVerdict.Hold } && before.Cause == now.Cause && before.Current == now.Current;

    [LoggerMessage(LogLevel.Information, "{Verdict} from {Current} to {Desired}: {Reason} ({Actuation})")]
    private static partial void LogActed(ILogger logger, ScalingVerdict verdict, int? current, int? desired, string reason, string? actuation);

    [LoggerMessage(LogLevel.Warning, "{Verdict} from {Current} to {Desired} was not done: {Reason} ({Actuation})")]
    private static partial void LogRefused(ILogger logger, ScalingVerdict verdict, int? current, int? desired, string reason, string actuation);

    [LoggerMessage(LogLevel.Information, "Hold at {Current}: {Reason}")]
    private static partial void LogHeld(ILogger logger, int? current, string reason);
}

/// <summary>A decision as it is kept and shown.</summary>
/// <param name="Id">Unique; sorts by time.</param>
/// <param name="DecidedAt">When it was made.</param>
/// <param name="Policy">Which policy made it.</param>
/// <param name="Decision">The decision.</param>
/// <param name="Actuation">The orchestrator's answer; null when nothing was asked of it.</param>
internal sealed record DecisionRecord(string Id, DateTimeOffset DecidedAt, string Policy, PolicyDecision Decision, ActuationResult? Actuation);
