using System.Globalization;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Scaling.Lab.Policies;

/// <summary>
/// Kubernetes' HorizontalPodAutoscaler on the utilisation of the replicas, as it is on the CPU's: <c>ceil(ready replicas × utilisation ÷ target)</c>, replicas that are not ready count as idle where
/// it would go out, and then as <see cref="PodAutoscaler"/> says.
/// </summary>
/// <remarks>
/// Source: kubernetes.io, "Horizontal Pod Autoscaling", algorithm details; the target of 80 % is the default of <c>autoscaling/v2</c> when no metric is given.
/// </remarks>
/// <param name="target">Utilisation that it aims at, above 0 to 1.</param>
/// <param name="scaleDownWindow">The stabilisation window; null for its default of 5 min.</param>
public sealed class HpaPolicy(double target = HpaPolicy.DefaultTarget, TimeSpan? scaleDownWindow = null) : IScalingPolicy
{
    /// <summary>The policy's name.</summary>
    public const string PolicyName = "hpa";

    /// <summary>The utilisation that it aims at by default.</summary>
    public const double DefaultTarget = 0.8;

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public PolicyDecision Decide(ScalingSnapshot snapshot, ScalingOptions options, DateTimeOffset now)
    {
        var load = GroupLoad.Of(snapshot, options);
        var draft = new DecisionDraft(snapshot, load);
        if (snapshot.Scale is not { } scale)
            return draft.Hold(DecisionCause.UnknownSignals, "The orchestrator does not say how many replicas there are.", "replicas");
        var ready = snapshot.Members?.Where(member => member.BusyRatio is not null).ToArray() ?? [];
        if (ready.Length == 0)
            return draft.Hold(DecisionCause.UnknownSignals, "No replica says how busy it is.", "utilisation");

        var busy = ready.Sum(member => member.BusyRatio!.Value);
        return PodAutoscaler.Decide(
            draft,
            snapshot,
            options,
            Math.Min(Recommend(busy, ready.Length, scale.Desired), Math.Max(1, load.LargestTopic)),
            scaleDownWindow ?? PodAutoscaler.ScaleDownWindow,
            string.Create(CultureInfo.InvariantCulture, $"The replicas are {100 * busy / ready.Length:0} % busy, the target is {100 * target:0} %."),
            now);
    }

    private int Recommend(double busy, int ready, int current)
    {
        var ratio = busy / ready / target;
        if (Math.Abs(ratio - 1) <= PodAutoscaler.Tolerance)
            return current;
        if (ratio < 1 || ready >= current)
            return (int)Math.Ceiling(Math.Round(ratio * ready, 6));
        // Those that are still starting will take their share: they count as idle.
        var diluted = busy / current / target;
        return diluted <= 1 + PodAutoscaler.Tolerance ? current : (int)Math.Ceiling(Math.Round(diluted * current, 6));
    }
}
