using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Autoscaler.Signals;
using StreamSocial.Events.Stages;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
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
    private Term? _term;

    /// <summary>The number that this process asked for last.</summary>
    private int? _asked;

    /// <summary>The number that the orchestrator said last; null before it was read.</summary>
    private int? _seen;

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

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        if (log.Leading is not { } leading)
        {
            _term = null;
            return;
        }
        if (_term?.Number != leading.Term)
            (_term, _asked, _seen) = (await BeginAsync(leading, cancellationToken), null, null);

        var (history, outcome) = (_term.History, _term.Outcome);
        var scale = actuator.ReadAsync(cancellationToken);
        var reading = await group.ReadAsync(cancellationToken);
        var snapshot = history.Add(reading, await scale);
        var now = time.GetUtcNow();
        await RespectAsync(snapshot.Scale, now, cancellationToken);
        var decision = decider.Decide(snapshot, now);
        if (outcome.Observe(snapshot, now) is { } measured)
            journal.RecordOutcome(measured);
        if (decision is not { Acts: true, Desired: { } replicas })
        {
            history.Add(decision, now);
            journal.RecordHold(decision, decider.PolicyName, now);
            return;
        }
        // What is not recorded is not done: the next tick decides anew.
        if (await journal.BeginAsync(decision, decider.PolicyName, now, cancellationToken) is not { } record)
            return;
        var actuation = await actuator.ApplyAsync(replicas, cancellationToken);
        var done = journal.Complete(record, actuation);
        if (!actuation.IsAccepted)
            return;
        _asked = replicas;
        history.Add(decision, now);
        outcome.Begin(done);
    }

    /// <summary>A number that somebody else asked the orchestrator for is a person's wish; it holds for a while.</summary>
    private async Task RespectAsync(ScaleSignal? scale, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (scale is null)
            return;
        var isForeign = _seen is { } seen && seen != scale.Desired && _asked != scale.Desired;
        _seen = scale.Desired;
        if (isForeign && decider.Options.ManualHold > TimeSpan.Zero && decider.Overrides.Current.Kind == ScalingOverrideKind.None)
            await journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, scale.Desired, now + decider.Options.ManualHold), cancellationToken);
    }

    /// <summary>Takes over from the autoscaler before this one, and asks once more for what it may not have asked for. Asking twice for a number does no harm.</summary>
    private async Task<Term> BeginAsync(DecisionHistory leading, CancellationToken cancellationToken)
    {
        decider.Overrides.Set(leading.Override);
        var term = new Term(leading.Term, new SignalHistory(decider.Options, Upstream), new OutcomeTracker(decider.Options));
        foreach (var step in leading.Steps.Where(step => time.GetUtcNow() - step.At < TimeSpan.FromHours(1)))
            term.History.Add(step);
        if (leading.Unfinished is { } unfinished)
            await actuator.ApplyAsync(unfinished.DesiredReplicas, cancellationToken);
        return term;
    }

    private static ImmutableDictionary<string, ImmutableArray<string>> Upstream { get; } = FeedGeneratorStages.All
        .SelectMany(stage => stage.Outputs.Where(FeedGeneratorStages.Inputs.Contains).Select(output => (Output: output, stage.Input)))
        .GroupBy(edge => edge.Output, edge => edge.Input)
        .ToImmutableDictionary(edges => edges.Key, edges => edges.ToImmutableArray());

    /// <summary>What belongs to one time of deciding.</summary>
    private sealed record Term(int Number, SignalHistory History, OutcomeTracker Outcome);
}

/// <summary>Decides with the policy that the options name, unless a person's wish holds.</summary>
internal sealed class Decider
{
    private readonly IScalingPolicy _policy;

    public Decider(IEnumerable<IScalingPolicy> policies, OverrideHolder overrides, IOptions<AutoscalerOptions> options)
    {
        (Overrides, Options) = (overrides, options.Value);
        _policy = policies.Single(policy => policy.Name == Options.Policy);
    }

    public AutoscalerOptions Options { get; }

    public OverrideHolder Overrides { get; }

    public string PolicyName => _policy.Name;

    public PolicyDecision Decide(ScalingSnapshot snapshot, DateTimeOffset now) =>
        OverridePolicy.Apply(_policy.Decide(snapshot, Options, now), Overrides.Current, snapshot);
}
