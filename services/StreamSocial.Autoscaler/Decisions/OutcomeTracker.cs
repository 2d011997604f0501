using StreamSocial.Scaling;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Measures what came of a decision that acted: when the group was settled, when records were fresh again. One thread owns it.</summary>
internal sealed class OutcomeTracker(ScalingOptions options)
{
    /// <summary>Time after which what has not happened is recorded as not having happened.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private DecisionRecord? _decision;
    private double? _secondsToSettle;
    private double? _secondsToTarget;
    private TimeSpan? _worst;

    /// <summary>Begins to measure a decision; one before it that is still measured ends without a result.</summary>
    public void Begin(DecisionRecord decision) => (_decision, _secondsToSettle, _secondsToTarget, _worst) = (decision, null, null, null);

    /// <summary>Takes a snapshot.</summary>
    /// <returns>The decision with its result when that is known; null before.</returns>
    public DecisionRecord? Observe(ScalingSnapshot snapshot, DateTimeOffset now)
    {
        if (_decision is not { } decision)
            return null;
        var seconds = (now - decision.DecidedAt).TotalSeconds;
        // The clock was set back: how long it took is not known.
        if (seconds < 0)
            _decision = null;
        if (_decision is null)
            return null;
        var oldest = snapshot.Partitions.Max(partition => partition.OldestAge);
        if (oldest is { } age && (_worst is null || age > _worst))
            _worst = age;
        if (snapshot.UnsettledSince is null && snapshot.Scale?.Desired == decision.Decision.Desired)
            _secondsToSettle ??= seconds;
        if (_secondsToSettle is not null && oldest <= options.AgeTarget && snapshot.KnowsAges)
            _secondsToTarget ??= seconds;
        if ((_secondsToSettle is null || _secondsToTarget is null) && seconds < Patience.TotalSeconds)
            return null;

        _decision = null;
        var outcome = new ScalingOutcome { MeasuredAt = now.ToUnixTimeMilliseconds() };
        if (_secondsToSettle is { } settle)
            outcome.SecondsToSettle = settle;
        if (_secondsToTarget is { } target)
            outcome.SecondsToTarget = target;
        if (_worst is { } worst)
            outcome.WorstAgeSeconds = worst.TotalSeconds;
        return decision with { Outcome = outcome };
    }
}
