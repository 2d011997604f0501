using System.Globalization;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Scaling.Lab.Policies;

/// <summary>
/// The autoscaler of the Flink Kubernetes operator, which follows DS2 (Kalavri et al., OSDI 2018): from true processing rates over a window of metrics, a capacity of
/// <c>arrival ÷ target utilisation + lag ÷ catch-up + arrival × restart ÷ catch-up</c>, unless the present one is within the boundary; rounded up to a divisor of the partitions.
/// </summary>
/// <remarks>
/// Source: github.com/apache/flink-kubernetes-operator, <c>AutoScalerOptions</c>, <c>ScalingMetricEvaluator</c>, <c>JobVertexScaler</c>. A job's vertices scale one by one there; a group's stages share their
/// replicas, so their loads add up. The window is <see cref="ScalingOptions.RateWindow"/>, the scale-down interval <see cref="ScalingOptions.StabilisationWindow"/>: they belong to the history of signals.
/// </remarks>
/// <param name="settings">Its options.</param>
public sealed class FlinkPolicy(FlinkSettings settings) : IScalingPolicy
{
    /// <summary>The policy's name.</summary>
    public const string PolicyName = "flink";

    /// <summary>Of so much lag, in time, it is catching up: it uses all capacity, and does not go in.</summary>
    private static readonly TimeSpan BacklogThreshold = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public PolicyDecision Decide(ScalingSnapshot snapshot, ScalingOptions options, DateTimeOffset now)
    {
        var load = GroupLoad.Of(snapshot, options);
        var draft = new DecisionDraft(snapshot, load);
        if (snapshot.Scale is not { } scale)
            return draft.Hold(DecisionCause.UnknownSignals, "The orchestrator does not say how many replicas there are.", "replicas");
        if (snapshot.Steps is [.., var last] && now - last.At < settings.StabilisationInterval)
            return draft.Hold(DecisionCause.Stabilising, "The last scaling is younger than the stabilisation interval.");
        if (snapshot.UnsettledSince is not null)
            return draft.Hold(DecisionCause.Unsettled, "The window of metrics is not full since the job restarted.");
        if (!load.IsMeasured || load.LacksCost)
            return draft.Hold(DecisionCause.UnknownSignals, "The true processing rate is not known.", "true rate");

        var (current, wanted) = (scale.Desired, Wanted(scale.Desired, load, scale, options));
        draft.Note("needed.replicas", wanted);
        draft.Recommend(wanted);
        var (window, utilisation) = (snapshot.Recommendations, string.Create(CultureInfo.InvariantCulture, $"The load takes {load.Arrival:0.0} replicas."));
        if (snapshot.Steps.IsEmpty && (window.IsEmpty || now - window[0].At < options.RateWindow))
            return draft.Hold(DecisionCause.Unsettled, "The window of metrics is not full.");
        if (wanted == current || IsWithinBoundary(current, load))
            return draft.Hold(DecisionCause.OnTarget, utilisation);
        if (wanted > current)
            return draft.Act(wanted, DecisionCause.Load, utilisation);

        // A scale-down waits since it was first recommended, and goes to the most that was recommended meanwhile.
        var waiting = window.Reverse().TakeWhile(past => past.Replicas < current).ToArray();
        return waiting is [.., var first] && now - first.At >= options.StabilisationWindow
            ? draft.Act(Math.Max(wanted, waiting.Max(past => past.Replicas)), DecisionCause.Idle, utilisation)
            : draft.Hold(DecisionCause.Stabilising, $"{wanted} recommended; the scale-down interval is not over.");
    }

    private int Wanted(int current, GroupLoad load, ScaleSignal scale, ScalingOptions options)
    {
        var factor = Math.Max(1 - settings.MaxScaleDownFactor, Capacity(load, settings.TargetUtilisation, withRestart: true) / current);
        var partitions = Math.Max(1, load.LargestTopic);
        var (minimum, maximum) = scale.Within(options);
        var wanted = Math.Clamp((int)Math.Ceiling(Math.Round(factor * current, 6)), minimum, Math.Max(minimum, Math.Min(partitions, maximum)));
        for (var even = wanted; even <= maximum; even++)
        {
            if (partitions % even == 0)
                return even;
        }
        // No divisor is allowed: the fewest whose busiest one has as many partitions.
        var share = partitions / wanted;
        while (wanted > 1 && partitions / (wanted - 1) == share)
            wanted--;
        return wanted;
    }

    private bool IsWithinBoundary(int current, GroupLoad load)
    {
        var isCatchingUp = load.Arrival > 0 && load.Backlog / load.Arrival > BacklogThreshold.TotalSeconds;
        var upper = isCatchingUp ? 1 : Math.Min(1, settings.TargetUtilisation + settings.UtilisationBoundary);
        var lower = isCatchingUp ? 0 : settings.TargetUtilisation - settings.UtilisationBoundary;
        return current >= Capacity(load, upper, withRestart: false) && (lower <= 0 || current <= Capacity(load, lower, withRestart: true));
    }

    /// <summary>Replicas, always busy, that the load takes.</summary>
    private double Capacity(GroupLoad load, double utilisation, bool withRestart)
    {
        var catchUp = settings.CatchUpDuration.TotalSeconds;
        var extra = catchUp == 0 ? 0 : (load.Backlog + (withRestart ? load.Arrival * settings.RestartTime.TotalSeconds : 0)) / catchUp;
        return (load.Arrival / utilisation) + extra;
    }
}

/// <summary>Options of <see cref="FlinkPolicy"/>, with the operator's defaults.</summary>
public sealed record FlinkSettings
{
    /// <summary><c>job.autoscaler.metrics.window</c>, which a policy's <see cref="ScalingOptions.RateWindow"/> has to be.</summary>
    public static readonly TimeSpan MetricsWindow = TimeSpan.FromMinutes(15);

    /// <summary><c>job.autoscaler.scale-down.interval</c>, which its <see cref="ScalingOptions.StabilisationWindow"/> has to be.</summary>
    public static readonly TimeSpan ScaleDownInterval = TimeSpan.FromHours(1);

    /// <summary><c>job.autoscaler.utilization.target</c>.</summary>
    public double TargetUtilisation { get; init; } = 0.7;

    /// <summary><c>job.autoscaler.target.utilization.boundary</c>.</summary>
    public double UtilisationBoundary { get; init; } = 0.3;

    /// <summary><c>job.autoscaler.stabilization.interval</c>.</summary>
    public TimeSpan StabilisationInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>job.autoscaler.catch-up.duration</c>; zero ignores the lag.</summary>
    public TimeSpan CatchUpDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary><c>job.autoscaler.restart.time</c>.</summary>
    public TimeSpan RestartTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>job.autoscaler.scale-down.max-factor</c>: the largest part that one step takes away.</summary>
    public double MaxScaleDownFactor { get; init; } = 0.6;
}
