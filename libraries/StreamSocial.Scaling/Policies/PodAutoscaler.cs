using StreamSocial.Scaling.Signals;

namespace StreamSocial.Scaling.Policies;

/// <summary>
/// What Kubernetes' HorizontalPodAutoscaler makes of a recommendation, whatever metric it comes from, with its defaults: no change within a tolerance of 10 %, at most doubled
/// or 4 more in 15 s (the larger), never below the greatest recommendation of the stabilisation window.
/// </summary>
/// <remarks>Source: kubernetes.io, "Horizontal Pod Autoscaling" (sync period 15 s, tolerance 0.1, scale-up 100 % or 4 pods in 15 s, scale-down stabilisation 300 s).</remarks>
public static class PodAutoscaler
{
    /// <summary>A metric that is so near to its target changes nothing.</summary>
    public const double Tolerance = 0.1;

    private const int FewestAdded = 4;

    /// <summary>Its default stabilisation window.</summary>
    public static readonly TimeSpan ScaleDownWindow = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan SyncPeriod = TimeSpan.FromSeconds(15);

    /// <summary>Decides.</summary>
    /// <param name="draft">The decision so far.</param>
    /// <param name="snapshot">The group, with the orchestrator's view.</param>
    /// <param name="options">Limits.</param>
    /// <param name="wanted">What the metric recommends.</param>
    /// <param name="scaleDownWindow">The stabilisation window.</param>
    /// <param name="reason">What the metric is, as a sentence.</param>
    /// <param name="now">The time.</param>
    public static PolicyDecision Decide(
        DecisionDraft draft, ScalingSnapshot snapshot, ScalingOptions options, int wanted, TimeSpan scaleDownWindow, string reason, DateTimeOffset now)
    {
        var scale = snapshot.Scale!;
        var (minimum, maximum) = scale.Within(options);
        wanted = Math.Clamp(wanted, minimum, maximum);
        draft.Note("needed.replicas", wanted);
        draft.Recommend(wanted);
        if (snapshot.Steps is [.., var last] && now - last.At < SyncPeriod)
            return draft.Hold(DecisionCause.Stabilising, "The last change is younger than a sync period.");
        if (wanted > scale.Desired)
            return draft.Act(Math.Min(wanted, scale.Desired + Math.Max(scale.Desired, FewestAdded)), DecisionCause.Load, reason);
        if (wanted == scale.Desired)
            return draft.Hold(DecisionCause.OnTarget, reason);

        var window = snapshot.Recommendations;
        var most = window.Where(past => past.At >= now - scaleDownWindow).Select(past => past.Replicas).Append(wanted).Max();
        return !window.IsEmpty && now - window[0].At >= scaleDownWindow && most < scale.Desired
            ? draft.Act(most, DecisionCause.Idle, $"No more than {most} recommended for {scaleDownWindow.TotalMinutes:0.#} minutes.")
            : draft.Hold(DecisionCause.Stabilising, $"{wanted} recommended; waiting for {scaleDownWindow.TotalMinutes:0.#} minutes.");
    }
}
