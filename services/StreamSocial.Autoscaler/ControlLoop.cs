using System.Collections.Immutable;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Autoscaler.Signals;
using StreamSocial.Events.Stages;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Autoscaler;

/// <summary>Reads, decides, acts and records, once an interval, while this process is the autoscaler that decides.</summary>
internal sealed class ControlLoop(
    IGroupSource group,
    IDecisionLog log,
    Decider decider,
    SelectedActuator actuator,
    DecisionJournal journal,
    TimeProvider time) : BackgroundService
{
    /// <summary>Time in which a number that was asked for is seen, if it was taken, once the orchestrator can be read.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(1);

    private Term? _term;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!decider.Options.Enabled)
            return;
        using var timer = new PeriodicTimer(decider.Options.Interval, time);
        try
        {
            do
                await TickAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends. The next one continues from the recorded decisions.
        }
    }

    /// <summary>Reads, decides, acts and records once. Nothing while another process decides.</summary>
    internal async Task TickAsync(CancellationToken cancellationToken)
    {
        if (log.Leading is not { } leading)
        {
            _term = null;
            journal.Forget();
            return;
        }
        if (_term?.Number != leading.Term)
            _term = await BeginAsync(leading, cancellationToken);

        var term = _term;
        var scale = actuator.ReadAsync(cancellationToken);
        var reading = await group.ReadAsync(cancellationToken);
        var snapshot = term.History.Add(reading, await scale);
        // Another autoscaler may have begun to decide in the time that reading took.
        if (log.Leading?.Term != term.Number)
            return;
        var now = time.GetUtcNow();
        // Against a wish that could not be recorded nothing is decided. Another one may also have begun in the time that recording it took.
        if (!await RespectAsync(term, snapshot.Scale, now, cancellationToken) || log.Leading?.Term != term.Number)
            return;
        var decision = decider.Decide(snapshot, now);
        if (term.Outcome.Observe(snapshot, now) is { } measured)
            journal.RecordOutcome(measured);
        if (decision is not { Acts: true, Desired: { } replicas })
        {
            term.History.Add(decision, now);
            journal.RecordHold(decision, decider.PolicyName, now);
            return;
        }
        // What is not recorded is not done, unless it was refused a tick ago: the next tick decides anew.
        if (await journal.BeginAsync(decision, decider.PolicyName, now, cancellationToken) is not { } record)
        {
            term.History.AddUndone(decision, now);
            return;
        }
        // Another one may have begun in the time that recording it took: it does what has no answer yet, or takes the number for a person's wish.
        if (log.Leading?.Term != term.Number)
            return;
        // Before it is asked for: a request without an answer may have been taken.
        term.Asked = (replicas, null);
        var actuation = await actuator.ApplyAsync(replicas, cancellationToken);
        var done = journal.Complete(record, actuation);
        if (actuation.ChangesNothing)
        {
            term.History.AddUndone(decision, now);
            return;
        }
        term.History.Add(decision, now);
        term.Outcome.Begin(done);
    }

    /// <summary>A number that somebody else asked the orchestrator for is a person's wish, and the newest such wish holds for a while. One without an end stays.</summary>
    /// <returns>False when there is such a wish and it could not be recorded: the next tick tries again.</returns>
    private async Task<bool> RespectAsync(Term term, ScaleSignal? scale, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Where nobody can be asked, members only come and go.
        if (scale is null || !actuator.CanAsk)
            return true;
        var hasChanged = term.Seen is { } seen && seen != scale.Desired;
        // While nobody answers, nobody says either whether it was taken.
        if (term.Asked is { ReadAt: null } unread)
            term.Asked = (unread.Replicas, now);
        var isOwn = term.Asked is { } asked && asked.Replicas == scale.Desired && now - asked.ReadAt < AnswerTime;
        if (hasChanged && !isOwn && decider.Options.ManualHold > TimeSpan.Zero && UntilOfNext(decider.Overrides.Current, now + decider.Options.ManualHold) is { } until
            && !await journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, scale.Desired, until), cancellationToken))
            return false;
        term.Seen = scale.Desired;
        // It was taken, or overtaken: the same number later is somebody else's.
        if (hasChanged)
            term.Asked = null;
        return true;
    }

    /// <summary>When a wish ends that takes the place of another one; null when that one stays.</summary>
    private static DateTimeOffset? UntilOfNext(ManualOverride current, DateTimeOffset until) => current switch
    {
        { Kind: ScalingOverrideKind.None } => until,
        { Kind: ScalingOverrideKind.Fixed, Until: { } end } => end > until ? end : until,
        _ => null,
    };

    /// <summary>Takes over from the autoscaler before this one, and asks once more for what it may not have asked for. Asking twice for a number does no harm.</summary>
    private async Task<Term> BeginAsync(DecisionHistory leading, CancellationToken cancellationToken)
    {
        journal.Adopt(leading);
        journal.Forget();
        var term = new Term(leading.Term, new SignalHistory(decider.Options, Upstream), new OutcomeTracker(decider.Options));
        var now = time.GetUtcNow();
        // In a dry run, those that are recorded may not have been done.
        foreach (var step in decider.Options.DryRun ? [] : leading.Steps)
            AddStep(step);
        // What was decided long ago may not be what the load needs, or what somebody has asked for since. Nor is it known how long ago it was, by a clock that was ahead.
        if (leading.Unfinished is not { } unfinished || (now - DateTimeOffset.FromUnixTimeMilliseconds(unfinished.DecidedAt)).Duration() > AnswerTime)
            return term;
        term.Asked = (unfinished.DesiredReplicas, null);
        var actuation = await actuator.ApplyAsync(unfinished.DesiredReplicas, cancellationToken);
        journal.Complete(unfinished, actuation);
        if (!actuation.ChangesNothing)
            AddStep(DecisionHistory.ToStep(unfinished));
        return term;

        // By a clock that was ahead, all that is recommended from now on would be older than the step.
        void AddStep(ScalingStep step) => term.History.Add(step.At > now ? step with { At = now } : step);
    }

    private static ImmutableDictionary<string, ImmutableArray<string>> Upstream { get; } = FeedGeneratorStages.All
        .SelectMany(stage => stage.Outputs.Where(FeedGeneratorStages.Inputs.Contains).Select(output => (Output: output, stage.Input)))
        .GroupBy(edge => edge.Output, edge => edge.Input)
        .ToImmutableDictionary(edges => edges.Key, edges => edges.ToImmutableArray());

    /// <summary>What belongs to one time of deciding.</summary>
    private sealed class Term(int number, SignalHistory history, OutcomeTracker outcome)
    {
        public int Number => number;

        public SignalHistory History => history;

        public OutcomeTracker Outcome => outcome;

        /// <summary>The number that this process asked for and has not seen yet, and when the orchestrator was first read after that; null when there is none.</summary>
        public (int Replicas, DateTimeOffset? ReadAt)? Asked { get; set; }

        /// <summary>The number that the orchestrator said last; null before it was read.</summary>
        public int? Seen { get; set; }
    }
}
